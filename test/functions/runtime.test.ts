import { createClient } from "../../src/index.ts"
import { serve } from "../../src/functions/index.ts"
import { testFunctionRuntime } from "../conformance/functions.ts"
import { createServer } from "../support/serve-on-port.ts"

const client = createClient({ appId: "core", dev: true })

testFunctionRuntime({ name: "in process", start: (functions) => ({ call: serve({ client, functions }) }) })

testFunctionRuntime({
  name: "on a port, by srvx",
  async start(functions) {
    const server = await createServer(serve({ client, functions }))
    return {
      async call(request) {
        const { method, headers } = request
        const url = request.url.replace("http://localhost:3000", server.url)
        return fetch(url, { method, headers, body: await request.text() })
      },
      close: () => server.close(),
    }
  },
})

testFunctionRuntime({
  name: "with checkpoints that the server does not take",
  start: (functions) => ({
    call: serve({
      client: createClient({ appId: "core", dev: true, fetch: async () => new Response("no", { status: 404 }) }),
      functions,
      checkpointing: true,
      // Waits between attempts are over at once; that for a step to come up is not.
      clock: {
        now: () => 0,
        setTimer(atMs, fire) {
          if (atMs < 5_000) queueMicrotask(fire)
          return () => {}
        },
      },
    }),
  }),
})
