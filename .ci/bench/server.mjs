// The server that both sides of a bench talk to, in a process of its own: it must not take time from the caller.
import { serve } from "srvx"

const server = serve({
  port: 0,
  hostname: "127.0.0.1",
  silent: true,
  fetch: async (request) => {
    await request.text()
    return Response.json({ ids: ["01M80QW2M991JVDTEKZ625P475"], status: 200 })
  },
})
await server.ready()
process.send?.(server.url)
process.once("disconnect", () => process.exit())
