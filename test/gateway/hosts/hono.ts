import { Hono } from "hono"
import { serve } from "srvx"
import type { StartHost } from "./host.ts"

export const start: StartHost = async (gateway) => {
  const app = new Hono()
  app.get("/", (context) => context.text("the page"))
  app.all("/api/inngest/*", (context) => gateway(context.req.raw))

  const server = serve({ port: 0, hostname: "127.0.0.1", silent: true, fetch: app.fetch })
  await server.ready()
  return { port: Number(new URL(server.url ?? "").port), close: () => server.close(true) }
}
