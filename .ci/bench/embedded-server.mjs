// The embedded server in a process of its own; see embedded.mjs.
import { listen } from "inngest-kit/mocks/server"

const server = await listen({ port: 0 })
process.send?.(server.url)
process.once("disconnect", () => process.exit())
