// Exchanges recorded from a real Inngest server, as the server of a test: it gives the recorded answer to whatever is asked.
import { readFileSync } from "node:fs"
import { type FakeFetch, createFakeFetch } from "./fake-fetch.ts"

export interface Vector {
  name: string
  mode: string
  request: { method: string; path: string; headers: Record<string, string>; body: string | null }
  response: { status: number; headers: Record<string, string>; body: string | null }
}

export type VectorGroup =
  | "app"
  | "auth"
  | "cancellations"
  | "dev"
  | "event"
  | "events"
  | "fn"
  | "invoke"
  | "run"
  | "signal"
  | "store"
  | "v0"
  | "v2"
  | "workflow"

export function vectors(group: VectorGroup): Vector[] {
  return JSON.parse(readFileSync(`test/fixtures/inngest-http/${group}.json`, "utf8")) as Vector[]
}

/** By name; the group is its first word. */
export function vector(name: string): Vector {
  const found = vectors(name.replace(/-.*/, "") as VectorGroup).find((each) => each.name === name)
  if (found === undefined) throw new Error(`no exchange ${name} was recorded`)
  return found
}

export function answerOf({ response }: Vector): Response {
  const { connection: _, "content-length": __, "transfer-encoding": ___, ...headers } = response.headers
  const isBodiless = response.status === 204 || response.status === 304
  return new Response(isBodiless ? null : response.body, { status: response.status, headers })
}

/** A server that has only this answer. */
export function serverOf(recorded: Vector): FakeFetch {
  return createFakeFetch(() => answerOf(recorded))
}
