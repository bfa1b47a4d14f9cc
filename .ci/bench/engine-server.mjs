// The embedded server in a process of its own, in memory or on the data directory that it is given: tells its address, and what it costs when it is asked.
import process from "node:process"

const startedMs = performance.now()
const { listen } = await import("inngest-kit/mocks/server")
const [dataDir] = process.argv.slice(2)
const server = await listen({ port: 0, ...(dataDir === undefined ? {} : { dataDir }) })
process.send?.({ url: server.url, readyMs: performance.now() - startedMs })
process.on("message", () => process.send?.({ rssBytes: process.memoryUsage.rss(), cpu: process.cpuUsage() }))
process.once("disconnect", () => process.exit())
