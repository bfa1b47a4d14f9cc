/**
 * Runs, in the three generations of the API: what is asked is judged here, what is known of a run comes from `exchange.functions`.
 *
 * @source measured, vectors `run-*`, `event-runs-*`, `v0-*`, `v2-run*`
 */
import { isUlid } from "../../src/shared/id.ts"
import type { FromStep } from "../engine/inputs.ts"
import type { Exchange, PageQuery } from "./exchange.ts"
import type { GoValue } from "./go-json.ts"
import { fieldsOf, readJsonBody } from "./json-body.ts"
import { readPageQuery } from "./page-query.ts"
import { type Reply, dataV1, emptyPageV2, errorV1, errorV2, hiddenErrorV1, textErrorV1 } from "./reply.ts"

/** How long the server's caching layer would keep an answer; told, but not done here. @source measured */
const runsOfEventCachedForMs = 15_000

export async function getRun(exchange: Exchange): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return hiddenErrorV1(400, `Invalid run ID: ${id}`)
  return (await exchange.functions.getRun?.(exchange, id)) ?? hiddenErrorV1(500, noRun(id))
}

export async function listJobs(exchange: Exchange): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return hiddenErrorV1(400, `Invalid run ID: ${id}`)
  return (await exchange.functions.listJobs?.(exchange, id)) ?? hiddenErrorV1(500, noRun(id))
}

export async function cancelRun(exchange: Exchange): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return errorV1(400, `Invalid run ID: ${id}`)
  return (await exchange.functions.cancelRun?.(exchange, id)) ?? errorV1(404, noRun(id))
}

export async function setRunMetadata(exchange: Exchange): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return errorV1(400, `Invalid run ID: ${id}`)
  const body = await readJsonBody(exchange)
  if (!body.ok || body.value.kind !== "object") return errorV1(400, "Invalid metadata target")
  return (await exchange.functions.setRunMetadata?.(exchange, id, body.value)) ?? errorV1(404, noRun(id))
}

/** An event that nobody knows has no runs, which is no error. */
export async function listRunsOfEvent(exchange: Exchange): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return hiddenErrorV1(400, `Invalid event ID: ${id}`)
  const known = await exchange.functions.listRunsOfEvent?.(exchange, id)
  return known ?? dataV1("[]", exchange.engine.clock.now(), runsOfEventCachedForMs)
}

export async function getRunV2(exchange: Exchange): Promise<Reply> {
  return withRunV2(exchange, (runId) => exchange.functions.getRunV2?.(exchange, runId))
}

export async function traceRun(exchange: Exchange): Promise<Reply> {
  return withRunV2(exchange, (runId) => exchange.functions.traceRun?.(exchange, runId), "Trace not found")
}

/** A reason is an extension of ours: `{"reason":"…"}`. The server looks at no body here. */
export async function cancelRunV2(exchange: Exchange): Promise<Reply> {
  const body = await readJsonBody(exchange)
  const reason = body.ok ? fieldsOf(body.value).get("reason") : undefined
  const text = reason?.kind === "string" && reason.letters !== "" ? reason.letters : undefined
  return withRunV2(exchange, (runId) => exchange.functions.cancelRunV2?.(exchange, runId, text))
}

/** @source of a step: the server's source (not measured) */
export async function rerun(exchange: Exchange): Promise<Reply> {
  const body = await readJsonBody(exchange)
  const given = body.ok ? fieldsOf(body.value).get("fromstep") : undefined
  const from = given === undefined ? undefined : readFromStep(given)
  return withRunV2(exchange, (runId) => {
    if (from !== undefined && "refusal" in from) return from.refusal
    return exchange.functions.rerun?.(exchange, runId, from)
  })
}

function readFromStep(given: GoValue): FromStep | { refusal: Reply } {
  const fields = fieldsOf(given)
  const [step, input] = [fields.get("stepid"), fields.get("input")]
  if (step?.kind !== "string" || !step.letters) return { refusal: errorV2(400, "missing_field", "Step ID is required") }
  if (input !== undefined && input.kind !== "array")
    return { refusal: errorV2(400, "invalid_field_format", "Step input must be a valid JSON array") }
  return { step: step.letters, ...(input === undefined ? {} : { input: input.text }) }
}

export async function listRuns(exchange: Exchange): Promise<Reply> {
  return withPage(exchange, 100, (page) => exchange.functions.listRuns?.(exchange, page))
}

export async function listRunsOfFunction(exchange: Exchange): Promise<Reply> {
  const { app = "", fn = "" } = exchange.params
  return withPage(exchange, 100, async (page) => {
    const known = await exchange.functions.listRunsOfFunction?.(exchange, app, fn, page)
    return known ?? errorV2(404, "not_found", "Function not found")
  })
}

export async function listRunsOfEventV2(exchange: Exchange): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return errorV2(400, "invalid_field_format", "Event ID must be a valid ULID")
  return withPage(exchange, 40, (page) => exchange.functions.listRunsOfEventV2?.(exchange, id, page))
}

export async function cancelRunV0(exchange: Exchange): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return textErrorV1(400, "The run ID specified is invalid")
  const known = await exchange.functions.cancelRunV0?.(exchange, id)
  return known ?? textErrorV1(404, "A function run with the given ID could not be found")
}

export async function listBatch(exchange: Exchange): Promise<Reply> {
  return withRunV0(exchange, (runId) => exchange.functions.listBatch?.(exchange, runId))
}

export async function listActions(exchange: Exchange): Promise<Reply> {
  return withRunV0(exchange, (runId) => exchange.functions.listActions?.(exchange, runId))
}

type Found = Reply | undefined | Promise<Reply | undefined>

async function withRunV2(exchange: Exchange, find: (runId: string) => Found, absent = "Run not found"): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return errorV2(400, "invalid_field_format", "Run ID must be a valid ULID")
  return (await find(id)) ?? errorV2(404, "not_found", absent)
}

/** What a run still holds; of one that is over, or never was, nothing. */
async function withRunV0(exchange: Exchange, find: (runId: string) => Found): Promise<Reply> {
  const { id, isValid } = idOf(exchange)
  if (!isValid) return textErrorV1(400, "The run ID specified is invalid")
  return (await find(id)) ?? textErrorV1(410, `runtime state is no longer available for runID: ${id}`)
}

async function withPage(exchange: Exchange, maxLimit: number, find: (page: PageQuery) => Found): Promise<Reply> {
  const page = readPageQuery(exchange.query(), maxLimit)
  if (!page.ok) return page.refusal
  return (await find(page.query)) ?? emptyPageV2(exchange.engine.clock.now(), page.query.limit)
}

/** The id in the path, in the way it is stored when it is a ULID, else as it came. */
function idOf({ params: { id = "" } }: Exchange): { id: string; isValid: boolean } {
  return isUlid(id) ? { id: id.toUpperCase(), isValid: true } : { id, isValid: false }
}

function noRun(id: string): string {
  return `Unable to load function run: ${id}`
}
