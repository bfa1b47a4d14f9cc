// What the official SDK and a real server said to each other; see test/fixtures/sdk-protocol.
import { readFileSync, readdirSync } from "node:fs"
import type { JsonObject, JsonValue } from "../../src/shared/json.ts"

export interface RecordedExchange {
  seq: number
  direction: "server->sdk" | "sdk->server"
  method: string
  path: string
  headers: Record<string, string>
  body: JsonValue
  status: number
  responseHeaders: Record<string, string>
  responseBody: JsonValue
}

const folder = new URL("../fixtures/sdk-protocol/", import.meta.url)

/** Cases that hold traffic; `raw-server-reactions` holds results only, `connect` frames. */
export const recordedCases: readonly string[] = readdirSync(folder)
  .map((file) => file.replace(/\.json$/, ""))
  .filter((name) => !["raw-server-reactions", "connect", "graphql-traces"].includes(name))
  .toSorted()

export function readRecording(name: string): JsonObject & { traffic: RecordedExchange[] } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as JsonObject & {
    traffic: RecordedExchange[]
  }
}

/** Complete exchanges of a case, in order; without those whose bodies the recorder cut. */
export function exchangesOf(name: string): RecordedExchange[] {
  return readRecording(name).traffic.filter(
    ({ status, body, responseBody }) => status !== undefined && !isCut(body) && !isCut(responseBody),
  )
}

/** Calls with a body that a function was run for. */
export function callsOf(name: string): RecordedExchange[] {
  return exchangesOf(name).filter(
    ({ direction, method, body }) =>
      direction === "server->sdk" && method === "POST" && typeof body === "object" && body !== null && "ctx" in body,
  )
}

function isCut(value: JsonValue): boolean {
  return /…|"truncated"/.test(JSON.stringify(value) ?? "")
}
