// `step.fetch` and `step.ai.infer`: requests that the engine makes for a step.
import { type AddressInfo } from "node:net"
import { createServer } from "node:http"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createFetchInvoker } from "../../../mocks/engine/invoker.ts"
import { createLastingLog } from "../../support/memory-log.ts"
import { createEngine } from "../../../mocks/engine/engine.ts"
import { createVirtualClock, standingClock } from "../../../mocks/engine/virtual-clock.ts"
import { readAnswer } from "../../../mocks/engine/invoker.ts"
import { seededRandom } from "../../../src/shared/random.ts"
import { startMs } from "../../support/scripted-app.ts"

let target = ""
const server = createServer((request, response) => {
  let body = ""
  request.on("data", (chunk) => (body += chunk))
  request.on("end", () => {
    response.writeHead(request.url?.includes("fail") === true ? 500 : 201, {
      "content-type": "application/json",
      "x-hi": "there",
    })
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        agent: request.headers["user-agent"],
        auth: request.headers.authorization,
        body,
      }),
    )
  })
})
beforeAll(
  () =>
    new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", () => {
        target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        resolve()
      }),
    ),
)
afterAll(() => void server.close())

/** What a call holds for a step after this op. */
async function memoOf(op: object, { advanceMs = 0 } = {}): Promise<unknown> {
  const clock = createVirtualClock(standingClock(startMs))
  let memo: unknown
  const engine = createEngine({
    clock,
    random: seededRandom(1),
    log: createLastingLog(),
    invoker: {
      ...createFetchInvoker(),
      async call({ body }) {
        const { steps } = JSON.parse(body ?? "{}") as { steps: Record<string, unknown> }
        memo = steps.f
        const [status, answer] = "f" in steps ? [200, null] : [206, [{ id: "f", ...op }]]
        const fields: Record<string, string> = { "x-inngest-sdk": "js", "x-inngest-req-version": "2" }
        return readAnswer(status as number, (name) => fields[name] ?? null, JSON.stringify(answer))
      },
    },
  })
  const runtime = { type: "http", url: "http://a.test/?fnId=a-f&stepId=step" }
  const step = { id: "step", name: "step", runtime, retries: { attempts: 1 } }
  const functions = JSON.stringify([{ id: "a-f", name: "f", triggers: [{ event: "go" }], steps: { step } }])
  await engine.sync({ url: "http://a.test/", appName: "a", framework: "", sdk: "js:v9.9.9", functions })
  await engine.receive([{ name: "go", data: null }])
  await engine.idle()
  await clock.advance(advanceMs, () => engine.idle())
  engine.close()
  return memo
}

test("a fetch gives status, headers, URL and body, whatever the status", async () => {
  const opts = { url: `${target}/hello?x=1`, method: "POST", headers: { "x-a": "b" }, body: '{"q":1}' }
  const memo = (await memoOf({ op: "Gateway", opts })) as { data: { body: string; headers: Record<string, string> } }
  expect(memo).toMatchObject({ data: { status_code: 201, url: `${target}/hello?x=1` } })
  expect(memo.data.headers).toMatchObject({ "Content-Type": "application/json", "X-Hi": "there" })
  expect(JSON.parse(memo.data.body)).toEqual({ method: "POST", url: "/hello?x=1", agent: "Inngest", body: '{"q":1}' })
  expect(await memoOf({ op: "Gateway", opts: { url: `${target}/fail` } })).toMatchObject({ data: { status_code: 500 } })
})

test("a fetch that reaches nobody is tried again, and then an error", async () => {
  const opts = { url: "http://127.0.0.1:1/none", method: "GET", headers: {} }
  expect(await memoOf({ op: "Gateway", opts }, { advanceMs: 60_000 })).toEqual({
    error: { name: "GatewayError", message: "Error making gateway request: Unable to reach SDK URL" },
  })
})

test("an inference gives the parsed answer of the provider", async () => {
  const opts = {
    type: "step.ai.infer",
    url: `${target}/v1/chat`,
    headers: {},
    auth_key: "k",
    format: "openai-chat",
    body: { m: 1 },
  }
  expect(await memoOf({ op: "AIGateway", opts })).toEqual({
    data: { method: "POST", url: "/v1/chat", agent: "Inngest", auth: "Bearer k", body: '{"m":1}' },
  })
})
