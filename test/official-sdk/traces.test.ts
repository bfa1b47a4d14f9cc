// The recorded traces of runs, asked by GraphQL of this engine after the official SDK ran the same functions on it.
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { createHandler } from "../../mocks/handlers/index.ts"
import { toFetch } from "../../mocks/in-process-fetch.ts"
import { recordedCases } from "./recorded-cases.ts"
import { startApp } from "./app.ts"

interface RecordedSpan {
  name: string
  stepType: string | null
  status: string
  outputID: string | null
  stepInfo?: object | null
  childrenSpans?: RecordedSpan[]
}

interface RecordedRun {
  run: { status: string; output: string | null; trace: RecordedSpan }
  outputs: [name: string, output: Output][]
}

interface Output {
  data: string | null
  error: { name: string | null; message: string } | null
}

const recording = JSON.parse(readFileSync("test/fixtures/sdk-protocol/graphql-traces.json", "utf8")) as {
  query: string
  cases: Record<string, Record<string, RecordedRun>>
}

/** Recorded traces that are not compared, each with its reason. */
const notCompared: Readonly<Record<string, string>> = {
  "retry-success": "holds a run of an earlier time of the case",
  "fn-fail-final": "as retry-success",
  steps2: "its functions are in first.test.ts; the same spans: parallel, undefined-data",
  "wait-for-event": "its functions are in first.test.ts; what is known of a wait: vectors/inngest-http/graphql.test.ts",
  "parallel-checkpoint": "the recorded root has the hash of the function's end for a name, and no end of its own",
  "steps2-checkpoint": "as parallel-checkpoint",
  "step-error-caught": "the recorded server gave a step that failed at its only try no type",
}

test("each recorded trace is compared, or has a reason not to be", () => {
  const names = [...compared, ...Object.keys(notCompared)]
  expect(names.toSorted()).toEqual(Object.keys(recording.cases).toSorted())
})

const compared = Object.keys(recording.cases).filter((name) => !(name in notCompared))

test.each(compared)("%s", async (name) => {
  const { functions, client, keys, drive } = recordedCases[name] ?? never(name)
  const app = await startApp({
    name,
    functions,
    ...(client === undefined ? {} : { client }),
    ...(keys === undefined ? {} : { keys }),
  })
  const fetch = toFetch(createHandler({ engine: app.engine }), "http://kit.test")
  const ask = async (query: string, variables: object): Promise<Record<string, unknown>> => {
    const answer = await fetch("/v0/gql", { method: "POST", body: JSON.stringify({ query, variables }) })
    const { data, errors } = (await answer.json()) as { data: Record<string, unknown>; errors?: unknown }
    expect(errors).toBeUndefined()
    return data
  }
  const outputOf = async ({ outputID }: RecordedSpan): Promise<Output | undefined> => {
    if (outputID === null) return undefined
    const query = "query($id: String!){runTraceSpanOutputByID(outputID:$id){input data error{name message stack}}}"
    return (await ask(query, { id: outputID })).runTraceSpanOutputByID as Output
  }
  try {
    await drive(app)
    const ours = []
    for (const { id } of app.engine.reads.runs({ order: "asc", limit: 50 })) {
      const { run } = (await ask(recording.query, { runId: id })) as { run: RecordedRun["run"] }
      const outputs: RecordedRun["outputs"] = []
      for (const span of spansOf(run.trace)) {
        const output = await outputOf(span)
        if (output !== undefined) outputs.push([span.name, output])
      }
      ours.push(summary({ run, outputs }))
    }
    const real = Object.values(recording.cases[name] ?? {}).map(summary)
    // Of cases with many runs some were recorded.
    expect(real.length).toBeGreaterThan(0)
    expect(ours).toEqual(expect.arrayContaining(real))
  } finally {
    await app.close()
  }
})

function never(name: string): never {
  throw new Error(`no case ${name}`)
}

/** Root, steps and end, less the attempts. The recorded server shows what the end gave in a span beside it. */
function spansOf(root: RecordedSpan): RecordedSpan[] {
  return [root, ...(root.childrenSpans ?? [])].filter(({ name }) => name !== "executor.nonstep")
}

const stepTypes = /^[A-Z_]+$/

/** What lasts of a run's trace: for each span its type, its state and what it gave. */
function summary({ run, outputs }: RecordedRun): string[] {
  const spans = spansOf(run.trace)
  const typed = new Set(spans.filter(({ stepType }) => stepTypes.test(stepType ?? "")).map(({ name }) => name))
  // A step comes twice in the recordings: once more in the words of the SDK, `step.sendEvent` or none.
  const shown = spans.filter(({ name, stepType }) => stepTypes.test(stepType ?? "") || !typed.has(name))
  const lines = shown.map(({ name, stepType, status, stepInfo }) => {
    const names = name === "Finalization" ? [name, "executor.nonstep"] : [name]
    const output = outputs.find(([of]) => names.includes(of))?.[1]
    return `${name} ${stepType} ${output === undefined ? "" : writeOutput(output)} ${status}${invocationOf(stepInfo)}`
  })
  return [run.status, ...new Set(lines.toSorted())]
}

function invocationOf(info: RecordedSpan["stepInfo"]): string {
  if (info === undefined || info === null || !("functionID" in info)) return ""
  return ` ${evened(JSON.stringify(info)).replace(/"\d{4}-[^"]*Z"/g, '"<time>"')}`
}

function writeOutput({ data, error }: Output): string {
  if (error === null) return `gave ${data === null || data === "" ? "nothing" : evened(data)}`
  // The recorded server says of a wait that failed with its run no more than that.
  return error.name === null ? "" : `failed ${error.name}: ${error.message}`
}

/** Members in order, as Go writes them; ids and times of no run in particular; without what serves the recorded server's own traces. */
function evened(text: string): string {
  return JSON.stringify(sorted(JSON.parse(text)))
    .replace(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, "<ulid>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>")
    .replace(/\b1[78]\d{11}\b/g, "<ms>")
}

const ownMembers: readonly string[] = ["gid", "isr", "tc", "source_fn_v"]

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  const members = Object.entries(value).filter(([name]) => !ownMembers.includes(name))
  return Object.fromEntries(
    members.toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([name, member]) => [name, sorted(member)]),
  )
}
