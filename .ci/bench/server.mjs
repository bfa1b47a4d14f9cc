// The server that both sides of a bench talk to, in a process of its own: it must not take time from the caller.
import { serve } from "srvx"

const server = serve({
  port: 0,
  hostname: "127.0.0.1",
  silent: true,
  fetch: async (request) => {
    // An id for each event that was given one, as the client does; one for any other body.
    const count = Math.max(1, (await request.text()).split('"id":"').length - 1)
    return Response.json({ ids: Array.from({ length: count }, () => "01M80QW2M991JVDTEKZ625P475"), status: 200 })
  },
})
await server.ready()
process.send?.(server.url)
process.once("disconnect", () => process.exit())
