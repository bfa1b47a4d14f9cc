// The life of a server on disk, in whichever runtime this is run by. Prints what came out of it. Run by server-runtimes.test.ts.
import process from "node:process"
import { listen, openDataDirectory } from "../../mocks/server.ts"

const [, , dataDir = ""] = process.argv

const first = await openDataDirectory(dataDir, { port: 0 })
if (first.role !== "owner") throw new Error("not the owner")
const second = await openDataDirectory(dataDir, { port: 0 })
// Enough to go to the archive when it is closed.
const sent = await Promise.all(
  Array.from({ length: 120 }, async (_, number) => {
    const body = JSON.stringify({ name: "a", data: { number } })
    return (await fetch(`${first.url}/e/key`, { method: "POST", body })).status
  }),
)
const saved = await fetch(`${first.url}/v1/workflows/a%2Fb`, {
  method: "PUT",
  body: '{"Status":"running","Input":9007199254740993}',
})
const loaded = await (await fetch(`${first.url}/v1/workflows/a%2Fb`)).text()
// Larger than what is handed on uncounted.
const large = `{"Input":"${"x".repeat(5 * 1024 * 1024)}"}`
const savedLarge = await fetch(`${first.url}/v1/workflows/large`, { method: "PUT", body: large })
const dense = `{"Input":[${"[],".repeat(3 * 1024 * 1024)}[]]}`
const savedDense = await fetch(`${first.url}/v1/workflows/dense`, { method: "PUT", body: dense })
const keyed = await listen({ port: 0, eventKey: "k", signingKey: "0123456789abcdef" })
const asStranger = (await fetch(`${keyed.url}/v1/events`)).status
const asOwner = (await fetch(`${keyed.url}/v1/events`, { headers: { authorization: "Bearer 0123456789abcdef" } }))
  .status
await keyed.close()
const foreign = await fetch(`${first.url}/v1/events`, { headers: { origin: "https://evil.test" } })
const tooLarge = await listen({ port: 0, maxBodyBytes: 10 })
const refused = await fetch(`${tooLarge.url}/e/key`, { method: "POST", body: '{"name":"too long"}' })
await tooLarge.close()
await first.close()

const again = await listen({ port: 0, dataDir })
const result = {
  roles: [first.role, second.role],
  sent: sent.filter((status) => status === 200).length,
  saved: saved.status,
  isExact: loaded.includes('"Input":9007199254740993'),
  large: [savedLarge.status, savedDense.status],
  keyed: [asStranger, asOwner],
  foreign: foreign.status,
  refused: refused.status,
  kept: again.sent().length,
  status: again.workflows.get("a/b")?.status,
}
await again.close()
const forgetful = await listen({ port: 0, dataDir, keep: "1ms" })
const left = forgetful.sent().length
await forgetful.close()
console.log(JSON.stringify({ ...result, left }))
