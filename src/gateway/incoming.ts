/**
 * Bodies of requests, read and written anew: what goes on is what was checked, whatever a laxer reader behind would have made of the original.
 *
 * The server matches member names in any letter case and takes the last of two (measured): `{"name":"shop/paid","NAME":"admin/purge"}` is an
 * `admin/purge` to it. So members are taken by their exact names, and unknown ones are refused.
 */
import { isValidationError, type ValidationIssue } from "../errors.ts"
import { type EventPayload, encodeEvent, maxEventsPerRequest } from "../protocol/event.ts"
import { orAborted } from "../shared/abort.ts"
import { readBounded } from "../shared/body.ts"
import { type JsonValue, isJsonObject, joinPath, parseJson, stringifyJson } from "../shared/json.ts"
import { type Answer, refusal } from "./answer.ts"

/** What was read, or the answer that says why not. */
export type Incoming<T> = { ok: true; value: T } | { ok: false; answer: Answer }

export async function readBytes(request: Request, maxBytes: number): Promise<Incoming<Uint8Array<ArrayBuffer>>> {
  const bytes = await orAborted(readBounded(request, maxBytes), request.signal)
  return bytes === undefined
    ? { ok: false, answer: refusal(413, `the body is larger than ${maxBytes} bytes`) }
    : { ok: true, value: bytes }
}

/** @returns `undefined` for an empty body. */
export async function readJson(request: Request, maxBytes: number): Promise<Incoming<JsonValue | undefined>> {
  const read = await readBytes(request, maxBytes)
  if (!read.ok) return read
  if (read.value.length === 0) return { ok: true, value: undefined }
  const text = decodeUtf8(read.value)
  if (text === undefined) return refused([{ path: "", message: "the body is not UTF-8" }])
  const parsed = parseJson(text)
  if (parsed.ok) return parsed
  // The engine's own words echo the body.
  const message = parsed.message.startsWith("SyntaxError") ? "the body is not JSON" : parsed.message
  return refused([{ path: parsed.path, message }])
}

/** The JSON to send on. @param members that it may have. */
export function toBody(value: JsonValue | undefined, members: readonly string[]): Incoming<string> {
  const given = value ?? {}
  if (!isJsonObject(given)) return refused([{ path: "", message: "the body must be an object" }])
  const unknown = Object.keys(given).find((name) => !members.includes(name))
  if (unknown !== undefined) return refused([unknownMember("", unknown)])
  const written = stringifyJson(given)
  return written.ok ? written : refused([{ path: written.path, message: written.message }])
}

/** Events of one request, ready to be sent on. */
export interface IncomingEvents {
  readonly names: ReadonlySet<string>
  readonly body: string
}

const eventMembers: readonly string[] = ["id", "name", "data", "ts", "v", "user"] satisfies (keyof EventPayload)[]

export function toEvents(value: JsonValue | undefined): Incoming<IncomingEvents> {
  const isList = Array.isArray(value)
  const events = isList ? value : value === undefined ? [] : [value]
  if (events.length === 0) return refused([{ path: "", message: "there is no event in the body" }])
  if (events.length > maxEventsPerRequest)
    return refused([{ path: "", message: `more than ${maxEventsPerRequest} events in one request` }])
  const names = new Set<string>()
  const texts: string[] = []
  for (const [index, event] of events.entries()) {
    const path = isList ? joinPath("", index) : ""
    if (!isJsonObject(event)) return refused([{ path, message: "an event must be an object" }])
    const unknown = Object.keys(event).find((name) => !eventMembers.includes(name))
    if (unknown !== undefined) return refused([unknownMember(path, unknown)])
    // Half a surrogate pair is one character to the server, whichever half it is.
    const name = typeof event.name === "string" ? event.name.toWellFormed() : event.name
    const payload: Record<string, unknown> = { name, data: event.data }
    for (const field of eventMembers)
      if (field !== "name" && field !== "data") payload[field] = event[field] ?? undefined
    try {
      texts.push(encodeEvent(payload as unknown as EventPayload, path))
    } catch (error) {
      if (!isValidationError(error)) throw error
      return refused(error.issues)
    }
    if (typeof name === "string") names.add(name)
  }
  return { ok: true, value: { names, body: `[${texts.join(",")}]` } }
}

function unknownMember(path: string, name: string): ValidationIssue {
  return { path: joinPath(path, name.slice(0, 64)), message: "is not a member that goes through the gateway" }
}

function refused(issues: readonly ValidationIssue[]): { ok: false; answer: Answer } {
  const [{ path, message } = { path: "", message: "" }] = issues
  const error = path === "" ? message : `${path}: ${message}`
  return { ok: false, answer: refusal(400, error, { issues }) }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
