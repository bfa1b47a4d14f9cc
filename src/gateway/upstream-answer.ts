/**
 * An answer of the server → an answer to the page.
 *
 * I1  A success passes on its data and what belongs to it (envelope), with the keys masked, and no header.
 * I2  An error passes nothing on but its status, where the page can do something about it, and words that are known beforehand (texts.ts): the
 *     server's own text may hold anything.
 * I3  A refused key is the gateway's fault, never a 401 to the page, whose session is a good one.
 */
import { isRouteMissing } from "../api/ask.ts"
import { type ApiError, ProtocolError, isAuthenticationError, isNotFoundError, isPermissionError } from "../errors.ts"
import { bodyOf } from "../http/exchange.ts"
import type { ExchangeResult } from "../http/transport.ts"
import { unwrapData } from "../protocol/envelope.ts"
import { decodeErrorBody } from "../protocol/error-body.ts"
import { decodeSentIds } from "../protocol/event.ts"
import type { Route } from "../protocol/routes.ts"
import { type JsonValue, isJsonObject, parseJson, stringifyJson } from "../shared/json.ts"
import { type Answer, json, refusal, routeMissing } from "./answer.ts"
import { isKnownCode, isKnownText } from "./texts.ts"
import type { Upstream } from "./upstream.ts"

/** What a status of the server is to the page. Not listed: 502. */
const statuses: Readonly<Record<number, number>> = {
  400: 400,
  404: 404,
  409: 409,
  410: 410,
  413: 413,
  422: 422,
  429: 429,
  408: 504,
  425: 503,
  501: 501,
  503: 503,
  504: 504,
}

/** What is said where the server's own words are not known. */
const reasons: Readonly<Record<number, string>> = {
  400: "the server refused the request",
  404: "not found",
  409: "the state of it does not allow that",
  410: "it is gone",
  413: "the server takes no body of this size",
  422: "the server refused the request",
  429: "too many requests",
  501: "the server does not do that",
  502: "the server behind the gateway failed",
  503: "the server behind the gateway is not available now",
  504: "the server behind the gateway did not answer in time",
}

export async function toAnswer(
  route: Route,
  exchanged: ExchangeResult,
  { transport, mask }: Upstream,
  onError: (error: unknown) => void,
): Promise<Answer> {
  // As in a GET: what is an error inside a 200 there is none elsewhere, and is not taken for data all the same.
  const error = await transport.fault({ ...route, method: "GET" }, exchanged)
  if (error !== undefined) {
    const answer = toErrorAnswer(route, error)
    // That something is not there, or has ended, is no news to a log; what the page can't be told is.
    if (answer.status >= 500 || [400, 413, 422].includes(answer.status)) onError(error)
    return answer
  }
  const misread = (what: string): Answer => {
    const received = `${exchanged.bytes.length} bytes, ${exchanged.headers.get("content-type") ?? "no content type"}`
    onError(new ProtocolError(`${route.name}: ${what}`, { route: route.name, received }))
    return refusal(502, `the answer of the server behind the gateway ${what}`)
  }
  const { isJson, value } = bodyOf(exchanged)
  if (!isJson) return isV2(route) ? routeMissing() : misread("is not JSON")
  if (route.name === "events.send") {
    const ids = sentIds(exchanged)
    return ids === undefined ? misread("does not say which events it took") : json(JSON.stringify({ ids, status: 200 }))
  }
  if (route.name === "health") return json('{"status":200,"message":"OK"}')
  if (value === undefined) return json("")
  const text = toEnvelope(value, new TextDecoder().decode(exchanged.bytes))
  const masked = text === undefined ? undefined : await maskJson(text, mask)
  // A key of digits only can stand where a number stood.
  if (masked === undefined || (masked !== text && !isJsonText(masked))) return misread("is not one of this route")
  return json(masked, exchanged.status === 201 ? 201 : 200)
}

/** What a page reads has no key either, however it was spelt: `\u0065vk` is `evk` to whoever parses it, and some encoders write `\/` or `\u002b`. */
async function maskJson(text: string, mask: Upstream["mask"]): Promise<string> {
  const masked = await mask(text)
  if (!/\\[u/]/.test(masked) || !isJsonText(masked)) return masked
  const plain = JSON.stringify(JSON.parse(masked))
  const found = await mask(plain)
  return found === plain ? masked : found
}

/** All that both generations of the API have around their data. */
const envelopeMembers: readonly string[] = ["data", "metadata", "page"]

/**
 * The data of a success with what belongs to it, as it was written where it holds nothing else; `undefined` where it is no data. A list of v1
 * functions has no envelope.
 */
function toEnvelope(value: JsonValue, text: string): string | undefined {
  if (Array.isArray(value)) return text
  if (!isJsonObject(value)) return undefined
  const names = Object.keys(value)
  if (names.every((name) => envelopeMembers.includes(name))) return text
  const parsed = parseJson(text)
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined
  const kept = Object.entries(parsed.value).filter(([name]) => envelopeMembers.includes(name))
  const written = stringifyJson(Object.fromEntries(kept))
  return written.ok ? written.value : undefined
}

function toErrorAnswer(route: Route, error: ApiError): Answer {
  // An old server has a page under every path that it does not know.
  if (isNotFoundError(error) && isRouteMissing(error)) return routeMissing()
  if (isAuthenticationError(error) || isPermissionError(error))
    return refusal(502, "the server behind the gateway does not take the gateway's key")
  const status = statuses[error.status] ?? 502
  const { message = "", serverCode } = decodeErrorBody(error.body)
  const text = isKnownText(message) ? message : (reasons[status] ?? "")
  const headers: Record<string, string> =
    error.retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(error.retryAfterMs / 1_000)) }
  const runId = status === 409 && route.name === "functions.invoke" ? startedRunId(error) : undefined
  if (runId !== undefined) return json(JSON.stringify({ data: { runId } }), 409)
  if (route.name === "events.send" && status === 400) {
    const ids = decodeSentIds(error.body)
    if (ids?.every(isId)) return refusal(400, text, { ids })
  }
  if (serverCode !== undefined && isKnownCode(serverCode))
    return json(JSON.stringify({ errors: [{ code: serverCode, message: text }] }), status, headers)
  return refusal(status, text, { headers })
}

/** The run of an earlier request with the same key: a repeated invoke is no error to its caller. */
function startedRunId({ body }: ApiError): string | undefined {
  const data = unwrapData(body)
  return isJsonObject(data) && isId(data.runId) ? data.runId : undefined
}

function sentIds(exchanged: ExchangeResult): string[] | undefined {
  const ids = decodeSentIds(bodyOf(exchanged).value)
  return ids?.every(isId) ? ids : undefined
}

/** A ULID or a UUID, and nothing that could be a text. */
function isId(value: unknown): value is string {
  return typeof value === "string" && /^(?:[0-9a-z]{26}|[0-9a-f-]{36})$/i.test(value)
}

function isV2({ path }: Route): boolean {
  return path.startsWith("/v2/")
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
