// The recorded GraphQL, asked again of functions that do what the recorded ones did.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { buildSchema } from "graphql"
import { createEngine } from "../../../mocks/engine/engine.ts"
import { createResolvers } from "../../../mocks/handlers/graphql/resolvers.ts"
import { schemaText } from "../../../mocks/handlers/graphql/schema.ts"
import { systemClock } from "../../../src/shared/clock.ts"
import { systemRandom } from "../../../src/shared/random.ts"
import { type Vector, vector } from "../../support/inngest-vectors.ts"
import { type RecordedApp, lasting, registration, startRecordedApp } from "./recorded-app.ts"

let app: RecordedApp

beforeEach(async () => {
  app = await startRecordedApp()
})

afterEach(() => void vi.unstubAllGlobals())

/** Cursors and output ids are JSON in base64; what they name is compared. */
function evened(text: string): string {
  const open = text.replace(/"(eyJ[\w+/]+=*)"/g, (_, token: string) => JSON.stringify(decodeToken(token)))
  return lasting(open)
    .replace(/"duration":\d+/g, '"duration":<n>')
    .replace(/"traceID":"[0-9a-f]{32}"/g, '"traceID":"<trace>"')
}

/** Names of its members; the real server leaves out the run where a trace is of the older generation. */
function decodeToken(token: string): string {
  const value = JSON.parse(atob(token)) as Record<string, unknown>
  return Object.keys(value)
    .filter((name) => name !== "rid" && name !== "preview")
    .join(" ")
}

async function asked({ request }: Vector): Promise<{ status: number; type: string | null; body: string }> {
  const { method, headers, body } = request
  const answer = await app.ask(request.path, { method, headers, body: app.translate(body ?? "") })
  return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.text() }
}

describe("as recorded, to the letter", () => {
  test.each([
    "gql-bad-body",
    "gql-syntax-error",
    "gql-event-by-id-unknown",
    "gql-event-v2-by-id",
    "gql-function-by-slug",
    "gql-run-unknown",
    "gql-run",
    "gql-run-trigger",
    "gql-runs-cel",
    "gql-trace-output",
    "gql-cancel-run",
    "gql-invoke-function",
    "gql-invoke-unknown",
    "gql-rerun",
  ])("%s", async (name) => {
    const { response } = vector(name)
    const answer = await asked(vector(name))
    expect({ ...answer, body: evened(answer.body) }).toEqual({
      status: response.status,
      type: response.headers["content-type"],
      body: evened(response.body ?? ""),
    })
  })

  test("gql-cancel-run-again", async () => {
    await asked(vector("gql-cancel-run"))
    const again = await asked(vector("gql-cancel-run-again"))
    expect(evened(again.body)).toBe(evened(vector("gql-cancel-run-again").response.body ?? ""))
  })

  test("gql-create-app asks the app to register", async () => {
    vi.stubGlobal("fetch", async (_url: string, { method }: RequestInit) => {
      expect(method).toBe("PUT")
      await app.ask("/fn/register", { method: "POST", body: registration })
      return Response.json({ message: "Successfully registered" })
    })
    const answer = await asked(vector("gql-create-app"))
    expect(evened(answer.body)).toBe(evened(vector("gql-create-app").response.body ?? ""))
  })

  test("an app that can't be reached is an error that names it", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")))
    const { body } = await asked(vector("gql-create-app"))
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ message: "unreachable: http://127.0.0.1:18300/api/inngest", path: ["createApp"] }],
    })
  })
})

/** The recorded server held other events, runs and apps as well: the same members, of the same types, in the same order. */
describe("as recorded, but for what else was there", () => {
  test.each([
    "gql-apps",
    "gql-events-v2",
    "gql-events-v2-cel",
    "gql-events-v2-cel-name",
    "gql-events-v2-internal",
    "gql-functions",
    "gql-runs",
  ])("%s", async (name) => {
    const answer = await asked(vector(name))
    expect(answer.status).toBe(200)
    const [ours, real] = [answer.body, vector(name).response.body ?? ""].map((text) => shapes(JSON.parse(text)))
    // A time that has not come is null in ours alone: the recorded runs had ended.
    expect(real).toEqual(expect.arrayContaining(ours?.filter((shape) => !shape.endsWith("edAt: null")) ?? []))
    expect(ours?.length).toBeGreaterThan(0)
  })

  test("the function of a list is that of the recording", async () => {
    const ofOk = (text: string): unknown =>
      (JSON.parse(text) as { data: { functions: { slug: string }[] } }).data.functions.find(
        ({ slug }) => slug === "demo-app-ok",
      )
    const ours = ofOk((await asked(vector("gql-functions"))).body)
    expect(evened(JSON.stringify(ours))).toBe(evened(JSON.stringify(ofOk(vector("gql-functions").response.body ?? ""))))
  })
})

/** Each path of a value with the type of what is there. */
function shapes(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => shapes(item, `${path}[]`)))]
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([name, member]) => shapes(member, `${path}.${name}`))
  return [`${path}: ${value === null ? "null" : typeof value}`]
}

test("cors-simple-gql: what a page on another origin may read, but for the other apps", async () => {
  const { request, response } = vector("cors-simple-gql")
  const { method, headers, body } = request
  const answer = await app.ask(request.path, { method, headers, body: body ?? null })
  const noticed = ["access-control-allow-origin", "access-control-expose-headers", "vary", "content-type"]
  expect(noticed.map((name) => answer.headers.get(name))).toEqual(noticed.map((name) => response.headers[name]))
  expect(await answer.json()).toEqual({ data: { apps: [{ name: "demo-app" }] } })
})

test("each field of the schema's roots has a resolver, and each resolver a field", () => {
  const schema = buildSchema(schemaText)
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}),
  )
  const resolvers = createResolvers(createEngine({ clock: systemClock, random: systemRandom }))
  expect(Object.keys(resolvers).toSorted()).toEqual(fields.toSorted())
})

describe("what test suites ask", () => {
  async function query<Data>(text: string, variables: object = {}): Promise<Data> {
    const answer = await app.ask("/v0/gql", { method: "POST", body: JSON.stringify({ query: text, variables }) })
    const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown }
    expect(errors).toBeUndefined()
    return data
  }

  test("a run's step leads to its output", async () => {
    const { run } = await query<{ run: { trace: { childrenSpans: { name: string; outputID: string | null }[] } } }>(
      "query($r:String!){run(runID:$r){trace(preview:true){childrenSpans{name stepType outputID}}}}",
      { r: app.runs["steps"] },
    )
    expect(run.trace.childrenSpans).toMatchObject([
      { name: "first", stepType: "RUN" },
      { name: "Finalization", stepType: "FINALIZATION" },
    ])
    const { runTraceSpanOutputByID: output } = await query<{ runTraceSpanOutputByID: object }>(
      "query($o:String!){runTraceSpanOutputByID(outputID:$o){data error{name message}}}",
      { o: run.trace.childrenSpans[0]?.outputID },
    )
    expect(output).toEqual({ data: '{"v":42}', error: null })
  })

  test("a failed run's output is its error, with a cause of null", async () => {
    const { run } = await query<{ run: { status: string; trace: { outputID: string } } }>(
      "query($r:String!){run(runID:$r){status trace(preview:true){outputID}}}",
      { r: app.runs["fail"] },
    )
    expect(run.status).toBe("FAILED")
    const { runTraceSpanOutputByID: output } = await query<{ runTraceSpanOutputByID: object }>(
      "query($o:String!){runTraceSpanOutputByID(outputID:$o){data error{name message stack cause}}}",
      { o: run.trace.outputID },
    )
    expect(output).toEqual({
      data: null,
      error: { name: "Error", message: "boom", stack: "Error: boom", cause: null },
    })
  })

  test("the stream shows the newest event first with its runs, and no internal ones", async () => {
    const { stream } = await query<{ stream: { id: string; trigger: string; runs: object[] }[] }>(
      "{stream(query:{limit:999,includeInternalEvents:false}){id trigger runs{id function{name}}}}",
    )
    expect(stream[0]).toEqual({
      id: app.events["fail"],
      trigger: "demo/fail",
      runs: [{ id: app.runs["fail"], function: { name: "Fn fail" } }],
    })
    expect(stream.filter(({ trigger }) => trigger.startsWith("inngest/"))).toEqual([])
  })

  test("the list of events gives the data of each as JSON text", async () => {
    const { events } = await query<{ events: object[] }>("{events(query:{}){id name payload}}")
    expect(events[0]).toEqual({ id: app.events["fail"], name: "demo/fail", payload: '{"f":"fail"}' })
  })

  test("a page of events leads to the next, until there is none", async () => {
    const seen: string[] = []
    let after: string | null = null
    do {
      const { eventsV2: page }: { eventsV2: EventsPage } = await query(
        "query($f:EventsFilter!,$a:String){eventsV2(first:2,after:$a,filter:$f){edges{node{id}} pageInfo{hasNextPage endCursor} totalCount}}",
        { f: { from: "2020-01-01T00:00:00Z" }, a: after },
      )
      expect(page.totalCount).toBe(6)
      seen.push(...page.edges.map(({ node }) => node.id))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(seen).toEqual(Object.values(app.events).toReversed())
  })

  test("a field that is not there is refused before anything runs", async () => {
    const answer = await app.ask("/v0/gql", { method: "POST", body: '{"query":"{functions{nope}}"}' })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" }, locations: [{ line: 1, column: 12 }] }],
      data: null,
    })
  })
})

interface EventsPage {
  edges: { node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  totalCount: number
}
