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
    "run-get-ok-after-cancel",
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

  test("a page of apps leads to the next one, whatever letters their names have", async () => {
    const names = ["app-é", "приложение", "受注"]
    const { ask: askNamed } = await startRecordedApp()
    for (const appName of names) {
      const registration = {
        url: `http://127.0.0.1:1/${encodeURIComponent(appName)}`,
        appName,
        sdk: "js:v4.0.0",
        functions: [],
      }
      await askNamed("/fn/register", { method: "POST", body: JSON.stringify(registration) })
    }
    const seen: string[] = []
    let path: string | undefined = "/api/v2/apps?limit=1"
    while (path !== undefined && seen.length < 10) {
      const answer = await askNamed(path)
      expect(answer.status).toBe(200)
      const { data, page } = (await answer.json()) as { data: { id: string }[]; page: { cursor?: string } }
      seen.push(...data.map(({ id }) => id))
      path = page.cursor === undefined ? undefined : `/api/v2/apps?limit=1&cursor=${encodeURIComponent(page.cursor)}`
    }
    expect(seen.toSorted()).toEqual([...names, "demo-app"].toSorted())
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

interface Page {
  data: { id: string; status: string; latestSync?: { error?: string } }[]
  page: { cursor?: string }
}

/** Of a run that a later request shows ended, the recorded server still said that it ran: the end is left out of both. */
function withoutEnd(text: string): string {
  return text.replace(/"durationMs":"[^"]*",|"endedAt":"[^"]*",/g, "").replace(/"status":"[A-Z]+"/g, '"status":"<any>"')
}

describe("as recorded, of an app of their own", () => {
  let own: RecordedApp

  beforeAll(async () => {
    own = await startRecordedApp()
  })

  async function textOf(path: string, init?: RequestInit): Promise<string> {
    return (await own.ask(path, init)).text()
  }

  const recorded = (name: string): string => lasting(vector(name).response.body ?? "")

  test("event-duplicate-id-runs: of two events with one id, one starts a run", async () => {
    const body = JSON.stringify({ id: "one-id", name: "demo/steps", data: {} })
    const ids: string[] = []
    for (let times = 0; times < 2; times++)
      ids.push(...(JSON.parse(await textOf("/e/key", { method: "POST", body })) as { ids: string[] }).ids)
    const answers = await Promise.all(ids.map((id) => textOf(`/v1/events/${id}/runs`)))
    expect(answers.map(lasting)).toEqual([recorded("event-duplicate-id-runs-2"), recorded("event-duplicate-id-runs-1")])
  })

  test("event-get-internal-event-by-id: how the end of a run is told", async () => {
    await own.advance("10m")
    const query = `{ eventsV2(first: 40, filter: { from: "2020-01-01T00:00:00Z", includeInternalEvents: true }) { edges { node { id name raw } } } }`
    const list = JSON.parse(await textOf("/v0/gql", { method: "POST", body: JSON.stringify({ query }) })) as {
      data: { eventsV2: { edges: { node: { id: string; name: string; raw: string } }[] } }
    }
    const end = list.data.eventsV2.edges.find(
      ({ node }) => node.name === "inngest/function.finished" && node.raw.includes(own.runs.wait ?? "?"),
    )
    expect(lasting(await textOf(`/v1/events/${end?.node.id}`))).toBe(recorded("event-get-internal-event-by-id"))
  })

  test("v2-runs, and page after page of it", async () => {
    for (let times = 0; times < 2; times++)
      await own.ask("/e/key", { method: "POST", body: JSON.stringify({ name: "demo/ok", data: { f: "ok" } }) })
    expect(lasting(await textOf("/api/v2/runs?limit=2"))).toBe(recorded("v2-runs"))
    const first = await textOf("/api/v2/runs?limit=1")
    expect(lasting(first)).toBe(recorded("v2-runs-page-1"))
    const { page } = JSON.parse(first) as Page
    const second = await textOf(`/api/v2/runs?limit=1&cursor=${encodeURIComponent(page.cursor ?? "")}`)
    expect(withoutEnd(lasting(second))).toBe(withoutEnd(recorded("v2-runs-page-2")))
  })

  test("v2-event-runs: the newest run of an event first", async () => {
    await own.ask(`/api/v2/runs/${own.runs.ok}/rerun`, { method: "POST", body: "{}" })
    const text = await textOf(`/api/v2/events/${own.events.ok}/runs`)
    expect(withoutEnd(lasting(text))).toBe(withoutEnd(recorded("v2-event-runs")))
    expect((JSON.parse(text) as Page).data.map(({ status }) => status)).toEqual(["COMPLETED", "COMPLETED"])
  })

  test("v2-cancel", async () => {
    const sent = await textOf("/e/key", { method: "POST", body: JSON.stringify({ name: "demo/sleep" }) })
    const [eventId = ""] = (JSON.parse(sent) as { ids: string[] }).ids
    const [run] = (JSON.parse(await textOf(`/api/v2/events/${eventId}/runs`)) as Page).data
    const answer = await own.ask(`/api/v2/runs/${run?.id}/cancel`, { method: "POST", body: "{}" })
    expect([answer.status, lasting(await answer.text())]).toEqual([200, recorded("v2-cancel")])
  })

  test("v2-apps, of apps whose sync was taken", async () => {
    const real = JSON.parse(vector("v2-apps").response.body ?? "") as Page
    const taken = { ...real, data: real.data.filter(({ id }) => id === "demo-app") }
    expect(lasting(await textOf("/api/v2/apps"))).toBe(lasting(JSON.stringify(taken)))
  })
})
