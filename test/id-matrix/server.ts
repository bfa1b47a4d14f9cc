// A bare srvx server that answers every request with what it saw of it. Runs in Node, Bun and Deno.
import process from "node:process"
import { serve } from "srvx"
import { describeRequest } from "./seen.ts"

const server = serve({
  hostname: "127.0.0.1",
  port: 0,
  silent: true,
  gracefulShutdown: false,
  fetch: (request) => Response.json(describeRequest(request, request.runtime?.node?.req.url)),
})

await server.ready()
const { bun, deno, node } = process.versions
console.log(JSON.stringify({ port: Number(new URL(server.url ?? "").port), version: deno ?? bun ?? node }))

// The pipe closes with the test process, however that ends, so that no server outlives it.
process.stdin.resume()
process.stdin.on("end", () => process.exit())
