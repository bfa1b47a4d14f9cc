/**
 * The body of `POST /e/{key}` as events, judged in the server's order and with its words.
 *
 * Events before the first bad one are taken: there is no rollback.
 * @source measured, vectors `event-*`
 */
import { maxEventSizeBytes, maxEventTs, maxEventsPerRequest, minEventTs } from "../../src/protocol/event.ts"
import { sizeBytes } from "../../src/shared/json.ts"
import type { EventDraft } from "../engine/engine.ts"
import { type GoValue, endOfValue, readGoDocument, readGoValue, skipBlanks, writeGoObject } from "./go-json.ts"

export interface IncomingEvents {
  /** What is stored. */
  readonly drafts: readonly EventDraft[]
  /** Why the rest is not; absent when there is no rest. */
  readonly failure?: string
}

export type DraftResult = { ok: true; draft: EventDraft } | { ok: false; message: string }

const invalidBody = "Request body must contain an event object or an array of event objects"

/** Read a JSON body. An empty one holds no event, which is no failure. */
export function readEvents(body: Uint8Array): IncomingEvents {
  const text = decodeUtf8(body)
  const start = skipBlanks(text, 0)
  switch (text[start]) {
    case undefined:
      return { drafts: [] }
    case "{":
      return readOne(text, start, body.length)
    case "[":
      return readMany(text, start + 1, text.length === body.length)
    default:
      return { drafts: [], failure: invalidBody }
  }
}

/**
 * Read a form. The server makes a list of texts of every field, so no form gives an event; only the failures differ.
 *
 * @source measured, vectors `event-multipart`, `event-form-*`
 */
export function readForm(fields: Iterable<readonly [name: string, value: string]>): IncomingEvents {
  const lists = new Map<string, string[]>()
  for (const [name, value] of fields) {
    const values = lists.get(name)
    if (values === undefined) lists.set(name, [value])
    else values.push(value)
  }
  const event = readGoDocument(JSON.stringify(Object.fromEntries(lists)))
  if (!event.ok) return { drafts: [], failure: event.message }
  // Written with sorted keys before it is read again.
  const sorted = readGoDocument(event.value.text)
  const read = toDraft(sorted.ok ? sorted.value : event.value)
  return read.ok ? { drafts: [read.draft] } : { drafts: [], failure: read.message }
}

function readOne(text: string, start: number, bodyBytes: number): IncomingEvents {
  // Blanks before it are not counted, those behind it are.
  const bytes = bodyBytes - start
  if (bytes > maxEventSizeBytes) return { drafts: [], failure: tooLarge(bytes) }
  const event = readGoDocument(text.slice(start))
  const read = event.ok ? toDraft(event.value) : event
  return read.ok ? { drafts: [read.draft] } : { drafts: [], failure: read.message }
}

const cut = "unexpected EOF"

/** The list is read item by item; what follows its last item, or that nothing does, is never looked at. */
function readMany(text: string, start: number, isAscii: boolean): IncomingEvents {
  const drafts: EventDraft[] = []
  const stop = (failure: string): IncomingEvents => ({ drafts, failure })
  for (let at = skipBlanks(text, start); at < text.length && text[at] !== "]" && text[at] !== "}";) {
    if (drafts.length === maxEventsPerRequest)
      return stop(`Cannot have more than ${maxEventsPerRequest} events in a batch`)
    if (drafts.length > 0) {
      if (text[at] !== ",") return stop("expected comma after array element")
      at = skipBlanks(text, at + 1)
    }
    const item = readGoValue(text, at, cut, maxEventSizeBytes)
    if (!item.ok && item.isTooLong !== true) return stop(item.message)
    const end = item.ok ? item.end : endOfValue(text, at)
    if (end === undefined) return stop(cut)
    const bytes = sizeOf(text, at, end, isAscii)
    if (bytes > maxEventSizeBytes || !item.ok) return stop(tooLarge(bytes))
    const read = toDraft(item.value)
    if (!read.ok) return stop(read.message)
    drafts.push(read.draft)
    at = skipBlanks(text, end)
  }
  return { drafts }
}

function tooLarge(bytes: number): string {
  return `Event is over the max size: Max ${maxEventSizeBytes} bytes / Size ${bytes} bytes`
}

function sizeOf(text: string, start: number, end: number, isAscii: boolean): number {
  // A UTF-16 unit is at most three bytes of UTF-8: most events need no counting.
  return isAscii || (end - start) * 3 <= maxEventSizeBytes ? end - start : sizeBytes(text.slice(start, end))
}

type Field = "name" | "data" | "id" | "ts" | "v" | "user" | "meta"

const fieldTypes: Record<Field, { kind: GoValue["kind"]; goType: string }> = {
  name: { kind: "string", goType: "string" },
  data: { kind: "object", goType: "map[string]interface {}" },
  id: { kind: "string", goType: "string" },
  ts: { kind: "number", goType: "int64" },
  v: { kind: "string", goType: "string" },
  user: { kind: "object", goType: "map[string]interface {}" },
  meta: { kind: "object", goType: "event.EventMeta" },
}

/** One value as an event. Of several faults the first is told: of types in the order of the fields, then of the name, then of the rest. */
export function toDraft(value: GoValue): DraftResult {
  if (value.kind !== "object" && value.kind !== "null")
    return { ok: false, message: `json: cannot unmarshal ${value.kind} into Go value of type event.raw` }
  const fields: Partial<Record<Field, GoValue>> = {}
  for (const [key, member] of value.members ?? []) {
    const name = key.toLowerCase()
    if (!isField(name)) continue
    // null leaves a field as it was.
    if (member.kind === "null") continue
    const mismatch = typeFault(name, member)
    if (mismatch !== undefined) return { ok: false, message: mismatch }
    fields[name] = member
  }
  const { name, data, id, ts, v, user, meta } = fields
  const message = fault(name?.letters ?? "", Number(ts?.letters ?? 0), meta?.members?.get("sessions"))
  if (message !== undefined) return { ok: false, message }
  return {
    ok: true,
    draft: {
      name: name?.letters ?? "",
      data: data === undefined ? null : withoutInternals(data),
      id: textOf(id),
      ts: ts === undefined || Number(ts.letters) === 0 ? undefined : Number(ts.letters),
      v: textOf(v),
      user: user === undefined || user.members?.size === 0 ? undefined : user.text,
    },
  }
}

function isField(name: string): name is Field {
  return Object.hasOwn(fieldTypes, name)
}

function typeFault(name: Field, value: GoValue): string | undefined {
  const { kind, goType } = fieldTypes[name]
  if (value.kind !== kind)
    return `json: cannot unmarshal ${value.kind} into Go struct field raw.${name} of type ${goType}`
  if (name === "ts" && !isInt64(value.letters))
    return `json: cannot unmarshal number ${value.letters} into Go struct field raw.ts of type int64`
  return value.overflow === undefined || name === "meta"
    ? undefined
    : `json: cannot unmarshal number ${value.overflow} into Go struct field raw.${name} of type float64`
}

function isInt64(digits: string): boolean {
  return /^-?\d+$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) === BigInt(digits)
}

function textOf(value: GoValue | undefined): string | undefined {
  return value === undefined || value.letters === "" ? undefined : value.letters
}

function fault(name: string, ts: number, sessions: GoValue | undefined): string | undefined {
  if (name.toLowerCase().startsWith("inngest/")) return `event name is reserved for internal use: ${name}`
  if (name === "") return "event name is empty"
  if (ts !== 0 && ts < minEventTs) return "timestamp is before Jan 1, 1980"
  if (ts > maxEventTs) return "timestamp is after Jan 1, 2100"
  return sessionsFault(sessions)
}

/** @source the contract's limits: 5 entries, names up to 128 bytes, ids up to 512 */
function sessionsFault(sessions: GoValue | undefined): string | undefined {
  const entries = [...(sessions?.members ?? [])]
  for (const [name, id] of entries) {
    if (id.kind !== "string" && id.kind !== "number")
      return `event session ${JSON.stringify(name)} must be a string or number`
  }
  if (entries.length > 5) return "event sessions can include at most 5 entries"
  for (const [name, { letters }] of entries) {
    if (name === "") return "event session keys cannot be empty"
    if (sizeBytes(name) > 128) return `event session key ${JSON.stringify(name)} exceeds 128 bytes`
    if (letters === "") return `event session ${JSON.stringify(name)} cannot have an empty ID`
    if (sizeBytes(letters) > 512) return `event session ${JSON.stringify(name)} exceeds 512 bytes`
  }
  return undefined
}

/** Senders can't set what the server itself keeps in there. */
function withoutInternals({ members, text }: GoValue): string {
  if (members === undefined || !members.has("_inngest")) return text
  const kept = new Map(members)
  kept.delete("_inngest")
  return writeGoObject(kept)
}

/** A byte order mark stays: the server takes it for an invalid letter. Made once, since that costs more than decoding a small body. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

export function decodeUtf8(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}
