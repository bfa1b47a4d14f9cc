// An app of two steps, written with the official SDK, in a process of its own: `node engine-app.mjs <server> <folder of the SDK>`.
//
// As one writes it to deploy it: Node's own server, the SDK's adapter for it, and all options of the SDK as they are, so that it checkpoints. The
// log is silent, since it would go to the terminal of whoever measures.
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { join } from "node:path"
import process from "node:process"

const [baseUrl = "", folder = ""] = process.argv.slice(2)
// Not installed where types are checked.
const load = /** @type {(name: string) => any} */ (createRequire(join(folder, "package.json")))
const { Inngest } = load("inngest")
const { serve } = load("inngest/node")
const silent = { info() {}, warn() {}, error() {}, debug() {} }
const client = new Inngest({ id: "bench", isDev: true, baseUrl, logger: silent })
const two = client.createFunction(
  { id: "two", triggers: [{ event: "bench/go" }] },
  async (/** @type {{ step: { run(id: string, work: () => number): Promise<number> } }} */ { step }) => {
    const first = await step.run("first", () => 1)
    return step.run("second", () => first + 1)
  },
)
const server = createServer(serve({ client, functions: [two] }))
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.(typeof address === "object" && address !== null ? address.port : 0)
})
process.on("message", () => process.send?.({ cpu: process.cpuUsage() }))
process.once("disconnect", () => process.exit())
