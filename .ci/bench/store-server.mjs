// A memory store behind `/v1/workflows`, in a process of its own.
import { createStoreHandler, memoryStore } from "inngest-kit/store"
import { serve } from "srvx"

const server = serve({ port: 0, hostname: "127.0.0.1", silent: true, fetch: createStoreHandler(memoryStore()) })
await server.ready()
process.send?.(server.url)
process.once("disconnect", () => process.exit())
