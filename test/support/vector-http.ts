// Exchanges recorded from a real Inngest server, asked again of ours and compared.
import { readFileSync, readdirSync } from "node:fs"
import { request as httpRequest } from "node:http"
import { gzipSync } from "node:zlib"
import { encodeBase64 } from "../../src/shared/base64.ts"
import { normalise } from "./normalise.ts"

export interface Vector {
  name: string
  mode: string
  request: { method: string; path: string; headers: Record<string, string>; body: string | null }
  response: { status: number; headers: Record<string, string>; body: string | null }
  note?: string
}

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** One way into a server. */
export type Door = (ask: Asked) => Promise<Answer>

export interface Asked {
  method: string
  /** As it goes over the wire, undecoded. */
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer> | null
}

const folder = "test/fixtures/inngest-http"

export const groups: readonly string[] = readdirSync(folder).map((file) => file.replace(/\.json$/, ""))

export function vectorsOf(group: string): Vector[] {
  return JSON.parse(readFileSync(`${folder}/${group}.json`, "utf8")) as Vector[]
}

/** Through a fetch function; its URL parser is part of that door. */
export function fetchDoor(fetch: typeof globalThis.fetch, baseURL: string): Door {
  return async ({ method, path, headers = {}, body = null }) => {
    const init = { method, headers, body, redirect: "manual" } as const
    const response = await fetch(`${baseURL}${path}`, init)
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
  }
}

/** Over a socket, with the path and headers exactly as given. */
export function socketDoor(url: string): Door {
  const { hostname, port } = new URL(url)
  return ({ method, path, headers = {}, body = null }) =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest({ hostname, port, method, path, headers, agent: false }, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
        incoming.on("error", reject)
        incoming.on("end", () => {
          const entries = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(entries) as Record<string, string>,
            body: Buffer.concat(chunks).toString("utf8"),
          })
        })
      })
      outgoing.on("error", reject)
      outgoing.end(body ?? undefined)
    })
}

/** The request as it was recorded; bodies that were cut in the record are made whole again. */
export function requestOf({ name, request }: Vector): Asked {
  const { method, path, headers } = request
  return { method, path, headers: { ...headers }, body: wholeBody(name, request.body) }
}

function wholeBody(name: string, body: string | null): string | Uint8Array<ArrayBuffer> | null {
  if (body === null) return null
  const zipped = /^<gzip of (.*)>$/s.exec(body)
  if (zipped !== null) return new Uint8Array(gzipSync(zipped[1] ?? ""))
  const total = Number(/<(\d+) bytes in total>$/.exec(body)?.[1])
  if (Number.isNaN(total)) return body
  if (name === "event-batch-5001") {
    const events = Array.from({ length: 5_001 }, (_, i) => ({ name: "bulk/x", data: { i } }))
    return ofSize(JSON.stringify(events), total)
  }
  const [head = ""] = /^.*?"p":"/.exec(body) ?? []
  const tail = '"}}'
  return ofSize(head + "a".repeat(total - head.length - tail.length) + tail, total)
}

function ofSize(text: string, bytes: number): string {
  if (text.length !== bytes) throw new Error(`the body made has ${text.length} bytes, the recorded one ${bytes}`)
  return text
}

/** Of the connection, not of the answer. */
const unnoticed = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"])

/** What differs, in words; empty when nothing does. */
export function compare({ response }: Vector, answer: Answer): string[] {
  const differences: string[] = []
  if (answer.status !== response.status) differences.push(`status ${answer.status}, recorded ${response.status}`)
  for (const name of new Set([...Object.keys(response.headers), ...Object.keys(answer.headers)])) {
    const [ours, real] = [answer.headers[name], response.headers[name]]
    if (ours !== real && !unnoticed.has(name))
      differences.push(`${name}: ${ours ?? "none"}, recorded ${real ?? "none"}`)
  }
  const [ours, real] = comparable(answer.body, response.body ?? "")
  if (ours !== real) differences.push(`body ${ours.slice(0, 400)}\n  recorded ${real.slice(0, 400)}`)
  return differences
}

/** Both bodies as far as the record goes: it cuts long ones. */
function comparable(ours: string, real: string): [ours: string, real: string] {
  const cut = real.indexOf("...<truncated")
  if (cut === -1) return [numbered(ours), numbered(real)]
  // Up to the last whole item, since half an id is no id.
  const between = real.includes('},{"') ? '},{"' : '","'
  const wanted = numbered(real.slice(0, real.lastIndexOf(between, cut)))
  return [numbered(ours).slice(0, wanted.length), wanted]
}

/** Normalised, with the ULIDs of a text numbered: who is who, and in which order, is compared. */
function numbered(text: string): string {
  const seen = new Map<string, number>()
  const numbers = [...text.matchAll(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g)].map(([ulid]) => {
    if (!seen.has(ulid)) seen.set(ulid, seen.size + 1)
    return seen.get(ulid)
  })
  return normalise(text).replaceAll("<ulid>", () => `<ulid ${numbers.shift()}>`)
}

interface ListedEvent {
  internal_id: string
  id: string
  name: string
  data: unknown
  user?: unknown
  ts: number
  v?: string
}

/** The events that a recorded answer holds, oldest first; of an answer that was cut, those that are whole. */
export function listedEvents({ response }: Vector): ListedEvent[] {
  const body = response.body ?? ""
  const cut = body.indexOf("...<truncated")
  const whole = cut === -1 ? body : `${body.slice(0, body.lastIndexOf(',{"internal_id"', cut))}]}`
  const { data } = JSON.parse(whole) as { data: ListedEvent[] | ListedEvent | null }
  const events = Array.isArray(data) ? data : data === null ? [] : [data]
  return events.filter(({ internal_id: id }) => id !== undefined).toReversed()
}

/** Put an event into a server under an internal id of our choice, through the seed header. */
export async function plant(door: Door, event: ListedEvent): Promise<void> {
  const { internal_id: internalId, id, name, data, user, ts, v } = event
  const { status, body } = await door({
    method: "POST",
    path: "/e/key",
    headers: { "x-inngest-event-id-seed": seedFor(internalId) },
    // An id that is the internal one was filled in by the server.
    body: JSON.stringify({ name, data, user, ts, v, ...(id === internalId ? {} : { id }) }),
  })
  if (status !== 200 || !body.includes(internalId)) throw new Error(`${internalId} could not be planted: ${body}`)
}

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** The header under which the first event of a request gets this internal id. */
export function seedFor(ulid: string): string {
  const digits = [...ulid].map((letter) => BigInt(alphabet.indexOf(letter)))
  const value = digits.reduce((sum, digit) => sum * 32n + digit, 0n)
  const timeMs = value >> 80n
  const randomness = value & ((1n << 80n) - 1n)
  const bytes = Uint8Array.from({ length: 10 }, (_, index) => Number((randomness >> BigInt(72 - 8 * index)) & 255n))
  const view = new DataView(bytes.buffer)
  view.setUint32(6, (view.getUint32(6) - 1) >>> 0)
  return `${timeMs},${encodeBase64(bytes)}`
}

/** The recorded answer with one byte changed. */
export function flipByte(vector: Vector): Vector {
  const { response } = vector
  const body = response.body ?? ""
  // In the middle of the words, away from what is normalised.
  const letter = /[a-z](?=[a-z]{3})/.exec(body)
  if (letter === null) return { ...vector, response: { ...response, status: response.status + 1 } }
  const flipped = String.fromCharCode(letter[0].charCodeAt(0) ^ 1)
  const changed = body.slice(0, letter.index) + flipped + body.slice(letter.index + 1)
  return { ...vector, response: { ...response, body: changed } }
}
