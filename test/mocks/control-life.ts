// A controlled server's life, in whichever runtime this is run by: it prints what came out of it. Run by control.test.ts.
import process from "node:process"
import { listen } from "../../mocks/server.ts"

const server = await listen({ port: 0, control: true })
const ask = async (method: string, path: string, body?: object) => {
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  return ((await (await fetch(`${server.url}/__mock${path}`, init)).json()) as { data: unknown }).data
}
/** The status and body that were read, or that the connection broke. */
const send = () =>
  fetch(`${server.url}/e/key`, { method: "POST", body: '{"name":"a"}' })
    .then(async (answer) => `${answer.status} ${(await answer.text()) === "" ? "empty" : "read"}`)
    .catch(() => "broken")

const outcomes: string[] = []
for (const plan of [{ status: 503 }, { reset: true }, { reset: "after" }, { truncated: true }]) {
  await ask("POST", "/fail", { route: "send", times: 1, ...plan })
  outcomes.push(await send())
}
outcomes.push(await send())
const sent = ((await ask("GET", "/sent")) as unknown[]).length
await ask("POST", "/reset")
const left = ((await ask("GET", "/requests")) as unknown[]).length
await server.close()
console.log(JSON.stringify({ outcomes, sent, left }))
process.exit(0)
