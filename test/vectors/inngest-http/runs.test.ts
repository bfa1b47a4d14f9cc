// The recorded exchanges about runs and their functions, asked again of functions that do what the recorded ones did. Ids, times and lengths
// of time are of this run; all else, also the order of members, is compared.
import { beforeAll, describe, expect, test } from "vitest"
import { createHandler } from "../../../mocks/handlers/index.ts"
import { toFetch } from "../../../mocks/in-process-fetch.ts"
import { type Vector, vector } from "../../support/inngest-vectors.ts"
import { type Script, done, ops, startScripted } from "../../support/scripted-app.ts"

/** What the recorder's functions answered. */
const scripts: Record<string, Script> = {
  "demo-app-ok": () => done({ hello: "world", n: 1 }),
  "demo-app-sleep": () => ops({ id: "s1", op: "Sleep", name: "10m" }),
  "demo-app-wait": ({ steps }) =>
    "w1" in steps
      ? done({ got: null })
      : ops({ id: "w1", op: "WaitForEvent", name: "demo/never", opts: { timeout: "10m" } }),
  "demo-app-signal": ({ steps }) =>
    "g1" in steps
      ? done({ got: steps.g1 })
      : ops({ id: "g1", op: "WaitForSignal", opts: { signal: "my-signal", timeout: "10m" } }),
  "demo-app-steps": ({ steps }) =>
    "a1" in steps
      ? done({ a: steps.a1 })
      : ops({ id: "a1", op: "StepRun", name: "first", displayName: "first", data: { v: 42 } }),
  "demo-app-fail": () => ({
    status: 400,
    headers: { "x-inngest-no-retry": "true" },
    body: { message: "boom", name: "Error", stack: "Error: boom" },
  }),
}

const order = ["sleep", "wait", "ok", "signal", "steps", "fail"]
const url = "http://127.0.0.1:18300/api/inngest"
const functions = order.map((kind) => ({
  id: `demo-app-${kind}`,
  name: `Fn ${kind}`,
  triggers: [{ event: `demo/${kind}` }],
  steps: {
    step: {
      id: "step",
      name: "step",
      runtime: { type: "http", url: `${url}?fnId=demo-app-${kind}&stepId=step` },
      retries: { attempts: 1 },
    },
  },
}))

let ask: (path: string, init?: RequestInit) => Promise<Response>
const events: Record<string, string> = {}
const runs: Record<string, string> = {}

beforeAll(async () => {
  const app = await startScripted(scripts, { isSynced: false })
  const fetch = toFetch(createHandler({ engine: app.engine }), "http://kit.test")
  ask = async (path, init) => {
    const response = await fetch(path, init)
    await app.engine.idle()
    return response
  }
  const registration = { url, appName: "demo-app", framework: "raw", sdk: "js:v3.60.0", functions }
  await ask("/fn/register", { method: "POST", body: JSON.stringify(registration) })
  for (const kind of order) {
    events[kind] = await app.send(`demo/${kind}`, { f: kind })
    runs[kind] = app.engine.reads.runsOfEvent(events[kind] ?? "")[0]?.id ?? ""
  }
})

/** Ids of the recording, and what they are here. */
const recorded: Record<string, () => string | undefined> = {
  "01M80QR33VZSEDNDYXQQKPGSGR": () => events.ok,
  "01M80QR340EQVH093XJT9WHY8H": () => events.fail,
  "01M80QR342SYRTF5BV2H7TH97Y": () => events.sleep,
  "01M80QR34366FTKZTTBD9N6PD7": () => events.signal,
  "01M80QR345Y6RHJ37K2P6Y2AMX": () => events.wait,
  "01M80QR36FSGKGH6EVV6RF87ZY": () => runs.ok,
  "01M80QR36HQSDFNGCZJYXZ9M6S": () => runs.sleep,
  "01M80QR36H6JMZGNVR1PADJPRK": () => runs.signal,
  "01M80QR36G5VGKB7B45J9WADJ8": () => runs.wait,
  "01M80QR36JT16SN50Z4RGN2G19": () => runs.steps,
  "01M80QR36JKCBEYPC3PJSJRQTQ": () => runs.fail,
}

async function compare({ request, response }: Vector): Promise<void> {
  const path = request.path.replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, (id) => recorded[id]?.() ?? id)
  const { method, headers, body } = request
  const answer = await ask(path, { method, headers, ...(method === "GET" ? {} : { body }) })
  expect({
    status: answer.status,
    type: answer.headers.get("content-type"),
    cache: answer.headers.get("cache-control"),
    kind: answer.headers.get("x-inngest-server-kind"),
    body: lasting(await answer.text()),
  }).toEqual({
    status: response.status,
    type: response.headers["content-type"] ?? null,
    cache: response.headers["cache-control"] ?? null,
    kind: response.headers["x-inngest-server-kind"],
    body: lasting(response.body ?? ""),
  })
}

function lasting(text: string): string {
  return text
    .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, "<ulid>")
    .replace(/\b(?!0{8})[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uuid>")
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "<time>")
    .replace(/\b1[78]\d{11}\b/g, "<ms>")
    .replace(/"durationMs":"\d+"/g, '"durationMs":"<n>"')
    .replace(/"cursor":"[^"]+"/g, '"cursor":"<cursor>"')
    .replace(/("(?:JobID|id)":")[a-z0-9]{8,15}"/g, '$1<job>"')
    .replace(/"outgoing":"[^"]*"/g, '"outgoing":"<step>"')
}

describe("as recorded, in this order", () => {
  test.each([
    "app-functions",
    "fn-register-no-functions",
    "event-runs-fail",
    "event-runs-ok-cache-busted",
    "event-runs-signal",
    "event-runs-sleep",
    "event-runs-wait",
    "run-get-ok",
    "run-get-sleep",
    "run-get-steps",
    "run-get-wait",
    "run-jobs-completed",
    "run-jobs-sleep",
    "run-metadata",
    "checkpoint-async-bad",
    "v2-app-functions",
    "v2-function",
    "v2-function-full-slug",
    "v2-run",
    "v2-run-failed",
    "v2-runs-status-filter",
    "v2-invoke",
    "v2-invoke-idempotency",
    "v2-invoke-idempotency-repeat",
    "v2-rerun",
    "signal-send",
    "run-get-signal-resumed",
    "run-cancel-sleeping",
    "run-cancel-again",
    "run-cancel-completed",
    "run-get-cancelled",
    "v0-run-cancel-wait",
  ])("%s", (name) => compare(vector(name)))

  test("v2-app, but for when it was made", async () => {
    const answer = await (await ask("/api/v2/apps/demo-app")).text()
    expect(lasting(answer)).toBe(lasting(vector("v2-app").response.body ?? ""))
  })

  test("the functions of the dev server are those that were registered", async () => {
    const { functions: shown } = (await (await ask("/dev")).json()) as { functions: { slug: string }[] }
    const [ok] = shown.filter(({ slug }) => slug === "demo-app-ok")
    const { functions: real } = JSON.parse(vector("dev-info").response.body ?? "") as { functions: { slug: string }[] }
    const withoutId = (fn: object | undefined) => JSON.parse(lasting(JSON.stringify(fn))) as unknown
    expect(withoutId(ok)).toEqual(withoutId(real.find(({ slug }) => slug === "demo-app-ok")))
  })

  test("a page of runs leads to the next one, until there is none", async () => {
    const seen: string[] = []
    let path = "/api/v2/runs?limit=2"
    for (let pages = 0; pages < 20; pages++) {
      const page = (await (await ask(path)).json()) as {
        data: { id: string }[]
        page: { cursor?: string; hasMore?: boolean }
      }
      seen.push(...page.data.map(({ id }) => id))
      if (page.page.hasMore !== true) break
      path = `/api/v2/runs?limit=2&cursor=${encodeURIComponent(page.page.cursor ?? "")}`
    }
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed())
    expect(seen).toEqual(expect.arrayContaining(Object.values(runs)))
  })

  test("a trace shows the steps of a run with what they gave, and how it came to its end", async () => {
    const answer = (await (await ask(`/api/v2/runs/${runs.steps}/trace?includeOutput=true`)).json()) as {
      data: { rootSpan: { children: object[] } }
    }
    expect(answer.data.rootSpan).toMatchObject({
      name: "Run",
      status: "COMPLETED",
      output: { a: { data: { v: 42 } } },
      children: [
        { name: "first", status: "COMPLETED", stepId: "a1", stepOp: "RUN", output: { v: 42 } },
        { name: "Finalization", status: "COMPLETED" },
      ],
    })
  })
})
