// Every recorded call whose function is known, made to our `serve`: what it answers is what the official SDK answered.
import { expect, test } from "vitest"
import { createClient } from "../../src/index.ts"
import { serve } from "../../src/functions/index.ts"
import { decodeCallAnswer } from "../../src/protocol/execution.ts"
import { isSigned } from "../../src/protocol/signature.ts"
import type { StepOp } from "../../src/protocol/step.ts"
import { type JsonObject, type JsonValue, isJsonObject } from "../../src/shared/json.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { type RecordedExchange, callsOf, exchangesOf, readRecording, recordedCases } from "../support/sdk-recordings.ts"
import { recordedFunctions } from "./recorded-functions.ts"

/** Calls of a replayed case that are not made. */
const notCalled: Readonly<Record<string, string>> = {
  "nested-steps 3": "the official SDK never answered; ours refuses at once, see below",
  "fetch-ai-ai": "step.ai is no part of this package",
  "fetch-ai-aiwrap": "step.ai is no part of this package",
  "sync-nope": "no function: see serve.test.ts",
  "data: null": "our functions get {}, as when there is no data",
  "retry-success 7": "a call of another run, which the recorder counted together with the first",
}

/** What is not compared in an answer, each with its reason. */
const notCompared: Readonly<Record<string, string>> = {
  "op.timing": "when the step ran",
  "op.opts, empty": "left out",
  "op.opts.event of a wait": "given besides name",
  "op.data, null where nothing ran": "left out",
  "op.data of StepFailed": "a copy of the error, which the server does not read",
  "error.stack": "the place in the code",
  "op.name and opts of realtime": "publishing is no tool of this package, but a request in a plain step",
  "x-inngest-sdk, x-inngest-framework, user-agent": "who answers",
  "server-timing, x-inngest-sdk-handled, connection": "the official SDK's own",
  "x-inngest-signature": "made over the body, see above; it is checked instead",
}

const signingKey = "signkey-prod-0123456789abcdef0123456789abcdef"

test("every case is replayed", () => {
  expect(recordedCases.filter((name) => recordedFunctions[name] === undefined)).toEqual([])
  expect(Object.values(notCompared).every((reason) => reason.length > 0)).toBe(true)
})

test.each(recordedCases)("%s: our answers are the recorded ones", async (name) => {
  const calls = callsOf(name).filter(
    ({ path, seq, body }) =>
      ![functionOf(path), `${name} ${seq}`, `data: ${dataOf(body)}`].some((key) => notCalled[key] !== undefined),
  )
  // The recorder cut the large bodies of the first, the second is about registration, the third was not answered.
  if (!["use-api", "sync", "nested-steps"].includes(name)) expect(calls.length).toBeGreaterThan(0)
  for (const call of calls) {
    const { answer, asked } = await replay(name, call)
    const where = `${name} ${call.seq}`
    expect(answer.status, where).toBe(call.status)
    expect(headersOf(answer.headers), where).toEqual(headersOf(new Headers(call.responseHeaders)))
    const text = await answer.text()
    const ours = decodeCallAnswer({ status: answer.status, headers: answer.headers, body: text })
    const theirs = decodeCallAnswer({
      status: call.status,
      headers: new Headers(call.responseHeaders),
      body: JSON.stringify(call.responseBody),
    })
    expect(comparable(ours, name), where).toEqual(comparable(theirs, name))
    if (name === "signed")
      expect(await isSigned(text, answer.headers.get("x-inngest-signature"), signingKey, sentAtMs(call))).toBe(true)
    expect(asked.filter(({ isKnown }) => !isKnown).map(({ method, path }) => `${method} ${path}`)).toEqual([])
  }
})

test.each(recordedCases)("%s: we register what the official SDK registered", async (name) => {
  const registration = exchangesOf(name).find(({ path }) => path.startsWith("/fn/register"))
  const { handler, asked } = serveCase(name)
  const theirs = (registration?.body ?? {}) as JsonObject
  const url = String(theirs.url)
  const answer = await handler(new Request(url, { method: "PUT" }))
  expect(await answer.json()).toEqual({ message: "Successfully registered", modified: true })
  const ours = asked.find(({ path }) => path === "/fn/register")
  const { functions, appName, url: ownURL, deployType, v } = (ours?.body ?? {}) as JsonObject
  const isKnown = (fn: JsonValue) => notCalled[(fn as { id: string }).id] === undefined
  expect(functions).toEqual((theirs.functions as JsonValue[]).filter(isKnown))
  expect({ appName, url: ownURL, deployType, v }).toEqual({
    appName: theirs.appName,
    url: theirs.url,
    deployType: theirs.deployType,
    v: theirs.v,
  })
})

test("send-event, signals and checkpoints: what a step asks the server for is what the official SDK asked for", async () => {
  for (const name of ["send-event", "signals", "steps2-checkpoint", "parallel-checkpoint"]) {
    const bodies: unknown[] = []
    for (const call of callsOf(name)) bodies.push(...(await replay(name, call)).asked.map(({ body }) => shown(body)))
    const recorded = exchangesOf(name)
      .filter(({ direction, path }) => direction === "sdk->server" && path !== "/fn/register")
      .map(({ body }) => shown(body))
    // The recorder's driver sent events, too.
    expect(recorded, name).toEqual(expect.arrayContaining(bodies))
    expect(bodies.length, name).toBeGreaterThan(0)
  }

  /** Less what is new each time: our event ids, times, and what the official SDK leaks into its checkpoints. */
  function shown(body: JsonValue): unknown {
    if (Array.isArray(body))
      return body.map((event) => {
        const { name, data, id } = event as JsonObject
        return { name, data, ...(id === "fixed-id" ? { id } : {}) }
      })
    if (isJsonObject(body) && Array.isArray(body.steps)) {
      const { request_started_at: _, ts: __, steps, ...rest } = body
      return { ...rest, steps: steps.map((step) => [(step as JsonObject).id, (step as JsonObject).data]) }
    }
    return body
  }
})

test("use-api: steps and events of a large run are fetched", async () => {
  const [call] = readRecording("use-api").traffic.filter(({ body }) => (body as { use_api?: boolean } | null)?.use_api)
  expect(call).toBeDefined()
  if (call === undefined) return
  const { answer, asked } = await replay("use-api", call)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toBe("ok")
  const run = (call.body as { ctx: { run_id: string } }).ctx.run_id
  expect(asked.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
    `GET /v0/runs/${run}/actions`,
    `GET /v0/runs/${run}/batch`,
  ])
})

test("nested-steps: where the official SDK never answers, the step fails for good", async () => {
  const call = readRecording("nested-steps").traffic.find(({ headers }) => headers["x-run-id"] !== undefined)
  expect(call).toBeDefined()
  if (call === undefined) return
  expect(call.status).toBeUndefined()
  const { answer } = await replay("nested-steps", call)
  expect([answer.status, answer.headers.get("x-inngest-no-retry")]).toEqual([206, "true"])
  const error = { name: "NonRetriableError", message: 'Step "inner" is inside step "outer"; put it behind' }
  expect(await answer.json()).toMatchObject([{ op: "StepFailed", displayName: "outer", error }])
})

interface Asked {
  method: string
  path: string
  body: JsonValue
  isKnown: boolean
}

async function replay(name: string, call: RecordedExchange): Promise<{ answer: Response; asked: Asked[] }> {
  const { handler, asked } = serveCase(name, sentAtMs(call))
  const trace = Object.entries(call.headers).filter(([header]) => header !== "connection")
  const request = new Request(`http://localhost:3000${call.path}`, {
    method: call.method,
    headers: trace,
    body: JSON.stringify(call.body),
  })
  return { answer: await handler(request), asked }
}

function serveCase(name: string, nowMs = 0) {
  const asked: Asked[] = []
  const recorded = readRecording(name).traffic.filter(({ direction }) => direction === "sdk->server")
  const client = createClient({
    appId: name,
    baseURL: "http://localhost:8288",
    ...(name === "signed" ? { signingKey, eventKey: "evtkey123" } : {}),
    retry: { attempts: 1 },
    async fetch(input, init) {
      const { pathname } = new URL(String(input))
      const body = (typeof init?.body === "string" ? JSON.parse(init.body) : null) as JsonValue
      const found = recorded.find(
        (each) => each.path.split("?", 1)[0] === pathname && each.method === init?.method && isAlike(each.body, body),
      )
      asked.push({ method: init?.method ?? "GET", path: pathname, body, isKnown: found !== undefined })
      return new Response(JSON.stringify(found?.responseBody ?? { ids: [] }), { status: found?.status ?? 500 })
    },
  })
  const handler = serve({ client, functions: recordedFunctions[name]?.(client) ?? [], clock: createManualClock(nowMs) })
  return { handler, asked }
}

/** The same request: of events by their data, of signals by their name, of all else by the path alone. */
function isAlike(theirs: JsonValue, ours: JsonValue): boolean {
  if (isJsonObject(theirs) && isJsonObject(ours)) return theirs.signal === ours.signal
  if (!Array.isArray(theirs) || !Array.isArray(ours)) return true
  const all = (events: JsonValue[]) => JSON.stringify(events.map((event) => (event as JsonObject).data))
  return all(theirs) === all(ours)
}

function functionOf(path: string): string {
  return new URL(path, "http://x").searchParams.get("fnId") ?? ""
}

function dataOf(body: JsonValue): string {
  return JSON.stringify((body as { event?: { data?: JsonValue } }).event?.data ?? null)
}

function sentAtMs({ headers, body }: RecordedExchange): number {
  const signedAt = /t=(\d+)/.exec(headers["x-inngest-signature"] ?? "")?.[1]
  const { event } = (body ?? {}) as { event?: { ts: number } }
  return signedAt === undefined ? (event?.ts ?? 0) : Number(signedAt) * 1000
}

function headersOf(headers: Headers): Record<string, string | null> {
  return Object.fromEntries(
    ["content-type", "x-inngest-req-version", "x-inngest-no-retry", "retry-after", "traceparent", "tracestate"].map(
      (name) => [name, headers.get(name)],
    ),
  )
}

/** Less what `notCompared` says. */
function comparable(answer: ReturnType<typeof decodeCallAnswer>, name: string): unknown {
  if (answer.kind === "done") return answer
  if (answer.kind === "ops")
    return {
      ...answer,
      ops: answer.ops.map((op: StepOp) => {
        const {
          timing: _,
          data = null,
          error,
          ...rest
        } = op as StepOp & { data?: JsonValue; error?: JsonValue; timing?: object }
        return { ...rest, data, error: plain(error), ...(name === "realtime" ? { name: "", opts: {} } : {}) }
      }),
    }
  return { ...answer, error: plain(answer.error as unknown as JsonValue), output: plain(answer.output) }
}

function plain(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return value
  const own = Object.entries(value).filter(([name]) => name !== "stack")
  return Object.fromEntries(own.map(([name, member]) => [name, plain(member) ?? null]))
}
