// The recorded exchanges about runs and their functions, asked again of functions that do what the recorded ones did. Ids, times and lengths
// of time are of this run; all else, also the order of members, is compared.
import { beforeAll, describe, expect, test } from "vitest"
import { type Vector, vector } from "../../support/inngest-vectors.ts"
import { type RecordedApp, lasting, startRecordedApp } from "./recorded-app.ts"

let app: RecordedApp
let ask: RecordedApp["ask"]
let runs: RecordedApp["runs"]

beforeAll(async () => {
  app = await startRecordedApp()
  ;({ ask, runs } = app)
})

async function compare({ request, response }: Vector): Promise<void> {
  const path = app.translate(request.path)
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
