// The embedded server in a process of its own, in memory: tells its address, and how much memory it has when it is asked.
import process from "node:process"

const startedMs = performance.now()
const { listen } = await import("inngest-kit/mocks/server")
const server = await listen({ port: 0 })
process.send?.({ url: server.url, readyMs: performance.now() - startedMs })
process.on("message", () => process.send?.({ rssBytes: process.memoryUsage.rss() }))
process.once("disconnect", () => process.exit())
