import { serve } from "srvx"
import type { StartHost } from "./host.ts"

export const start: StartHost = async (gateway) => {
  const server = serve({ port: 0, hostname: "127.0.0.1", silent: true, fetch: gateway })
  await server.ready()
  return { port: Number(new URL(server.url ?? "").port), close: () => server.close(true) }
}
