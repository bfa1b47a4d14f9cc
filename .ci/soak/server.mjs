// The embedded server in a process of its own, so that what it keeps is not counted as its client's.
import { listen } from "inngest-kit/mocks/server"
import { heapUsedAfterGc } from "../../test/support/heap.ts"

const server = await listen({ port: 0 })
process.on("message", async () => process.send?.({ rows: server.sent().length, heapUsed: await heapUsedAfterGc() }))
process.once("disconnect", () => process.exit())
process.send?.(server.port)
