/** `POST /e/{key}`, `POST /v2/events`, `GET /v1/events` and `GET /v1/events/{id}`. */
import { maxEventSizeBytes } from "../../src/protocol/event.ts"
import { eventIdSeedHeader } from "../../src/protocol/headers.ts"
import { isUlid } from "../../src/shared/id.ts"
import { parseIdSeed } from "../engine/ids.ts"
import type { EventRow } from "../engine/state.ts"
import { maxSmallBodyBytes } from "./body-limits.ts"
import type { Exchange } from "./exchange.ts"
import { type GoResult, readGoDocument, writeGoString } from "./go-json.ts"
import { type IncomingEvents, decodeUtf8, readEvents, readForm, toDraft } from "./incoming-events.ts"
import { type Reply, dataV1, dataV2, errorV2, hiddenErrorV1, textJson } from "./reply.ts"
import { formatTime, parseQueryTime } from "./time-text.ts"

/** What the list and the event by id leave to the server's caching layer. @source measured */
const eventCachedForMs = 5_000
const lookbackMs = 3_600_000
const defaultLimit = 20
const maxLimit = 51

export async function sendEvents({ request, engine, bytes }: Exchange): Promise<Reply> {
  const { drafts, failure } = await readBody(request, bytes)
  const ids = await engine.receive(drafts, parseIdSeed(request.headers.get(eventIdSeedHeader)))
  // No event at all is answered with one empty id, in success and in failure.
  const list = `[${ids.length === 0 ? '""' : ids.map((id) => `"${id}"`).join(",")}]`
  return failure === undefined
    ? textJson(200, `{"ids":${list},"status":200}`)
    : textJson(400, `{"ids":${list},"status":400,"error":${writeGoString(failure)}}`)
}

async function readBody(request: Request, bytes: Exchange["bytes"]): Promise<IncomingEvents> {
  const contentType = request.headers.get("content-type") ?? ""
  if (!/^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(contentType))
    return readEvents(await bytes())
  const form = await bytes(maxSmallBodyBytes)
  try {
    const fields = await new Response(form, { headers: { "content-type": contentType } }).formData()
    return readForm([...fields].map(([name, value]) => [name, String(value)]))
  } catch {
    return { drafts: [], failure: "multipart: NextPart: EOF" }
  }
}

/** One event, and with it the rules of the v2 API. @source measured, vectors `v2-event-send*` */
export async function sendOneEvent({ request, engine, bytes }: Exchange): Promise<Reply> {
  const body = await bytes()
  if (body.length > maxEventSizeBytes)
    return errorV2(413, "invalid_request", `Request body cannot exceed ${maxEventSizeBytes} bytes`, true)
  const event = readEventV2(decodeUtf8(body))
  if (!event.ok) return errorV2(400, "api_error", event.message)
  const name = event.value.members?.get("name")?.letters ?? ""
  if (name === "") return errorV2(400, "missing_field", "Event name is required")
  if ([...name].length > 512) return errorV2(400, "invalid_field_format", "Event name cannot exceed 512 characters")
  const read = toDraft(event.value)
  if (!read.ok) {
    const code = read.message.startsWith("event name is reserved") ? "invalid_field_format" : "validation_error"
    return errorV2(400, code, read.message)
  }
  const [id = ""] = await engine.receive([read.draft], parseIdSeed(request.headers.get(eventIdSeedHeader)))
  return dataV2(`{"eventId":"${id}"}`, engine.clock.now())
}

function readEventV2(text: string): GoResult {
  const event = readGoDocument(text)
  if (!event.ok || event.value.kind === "object") return event
  const [first = ""] = text.trimStart()
  // The space behind "proto:" is a no-break one, by which its makers keep people from comparing this text.
  return { ok: false, message: `proto:\u00a0syntax error (line 1:1): unexpected token ${first}` }
}

export async function listEvents({ query: readQuery, engine }: Exchange): Promise<Reply> {
  const query = readQuery()
  const cursor = query.get("cursor") || undefined
  if (cursor !== undefined && !isUlid(cursor)) return hiddenErrorV1(400, "Invalid cursor query parameter")
  const nowMs = engine.clock.now()
  const receivedBeforeMs = timeOf(query.get("received_before"), nowMs)
  const receivedAfterMs = timeOf(query.get("received_after"), nowMs - lookbackMs)
  if (receivedBeforeMs === undefined || receivedAfterMs === undefined)
    return hiddenErrorV1(400, "Invalid received_after query parameter")
  const rows = engine.reads.events({
    name: query.get("name") || undefined,
    cursor: cursor?.toUpperCase(),
    receivedAfterMs,
    receivedBeforeMs,
    limit: limitOf(query.get("limit")),
  })
  await engine.settled()
  return dataV1(`[${rows.map(writeEvent).join(",")}]`, engine.clock.now())
}

export async function getEvent({ params, engine }: Exchange): Promise<Reply> {
  const id = params.id ?? ""
  if (!isUlid(id)) return hiddenErrorV1(400, `Invalid event ID: ${id}`)
  const row = engine.reads.event(id.toUpperCase())
  await engine.settled()
  return row === undefined
    ? hiddenErrorV1(404, "Event not found")
    : dataV1(writeEvent(row), engine.clock.now(), eventCachedForMs)
}

function timeOf(text: string | null, fallbackMs: number): number | undefined {
  return text === null || text === "" ? fallbackMs : parseQueryTime(text)
}

function limitOf(text: string | null): number {
  const limit = /^[+-]?\d{1,18}$/.test(text ?? "") ? Number(text) : 0
  return limit === 0 ? defaultLimit : Math.min(Math.max(limit, 1), maxLimit)
}

const noUuid = "00000000-0000-0000-0000-000000000000"

function writeEvent({ internalId, receivedAtMs, id, name, data, user, ts, v }: EventRow): string {
  return (
    `{"internal_id":"${internalId}","account_id":"${noUuid}","environment_id":"${noUuid}","source":"","source_id":null,` +
    `"received_at":"${formatTime(receivedAtMs)}","id":${writeGoString(id)},"name":${writeGoString(name)},"data":${data}` +
    `${user === undefined ? "" : `,"user":${user}`},"ts":${ts}${v === undefined ? "" : `,"v":${writeGoString(v)}`}}`
  )
}
