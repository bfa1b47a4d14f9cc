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
      call: (request) =>
        fetch(request.url.replace("http://localhost:3000", server.url), { ...initOf(request), duplex: "half" }),
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
      // Its waits between attempts are over at once.
      clock: { now: () => 0, setTimer: (_atMs, fire) => (queueMicrotask(fire), () => {}) },
    }),
  }),
})

function initOf({ method, headers, body }: Request): RequestInit & { duplex?: "half" } {
  return { method, headers, body }
}
