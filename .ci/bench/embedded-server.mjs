// The embedded server in a process of its own: for embedded.mjs, and for the soak, which asks for its rows and its memory.
import { listen } from "inngest-kit/mocks/server"
import { heapUsedAfterGc } from "../../test/support/heap.ts"

const server = await listen({ port: 0 })
process.on("message", async () => process.send?.({ rows: server.sent().length, heapUsed: await heapUsedAfterGc() }))
process.once("disconnect", () => process.exit())
process.send?.(server.url)
