// One side of the bench of sends, in a process of its own.
import { atOnce, sides } from "./send.mjs"

const [name, url = ""] = process.argv.slice(2)
const call = (await sides(url))[/** @type {"send" | "sendTogether" | "byHand" | "again"} */ (name)]
process.on("message", async (/** @type {{ callers: number, times: number }} */ { callers, times }) => {
  await atOnce(call, callers, times)
  process.send?.("done")
})
// Compiled, as what has run for a while is: sends that share a request run so few of them that they never would be here.
await atOnce(call, 32, 100)
process.send?.("ready")
