// A fetch handler on a loopback port.
import { serve } from "srvx"

export async function createServer(
  fetch: (request: Request) => Promise<Response>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = serve({ fetch, hostname: "127.0.0.1", port: 0, silent: true, gracefulShutdown: false })
  await server.ready()
  return { url: (server.url ?? "").replace(/\/$/, ""), close: () => server.close(true) }
}
