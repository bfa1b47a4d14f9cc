// A server with whatever heap its process was given. Run by heavy-bodies.test.ts.
import process from "node:process"
import { listen } from "../../mocks/server.ts"

const server = await listen({ port: 0 })
process.once("disconnect", () => process.exit())
process.send?.(server.url)
