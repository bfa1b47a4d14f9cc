// Every answer recorded from a real server that a call of the client can get, and what the client makes of it: fixtures/recorded-answers.txt.
import { expect, test } from "vitest"
import { type EventInput, type InngestClient, createClient } from "../src/index.ts"
import { stringifyJson } from "../src/shared/json.ts"
import { type Vector, type VectorGroup, serverOf, vectors } from "./support/inngest-vectors.ts"
import { createManualClock } from "./support/manual-clock.ts"

const groups: readonly VectorGroup[] = ["event", "events", "store", "auth", "dev", "workflow"]

test("what the client makes of each recorded answer", async () => {
  let text = ""
  for (const recorded of groups.flatMap(vectors)) {
    const { request } = recorded
    const outcome = isCut(recorded) ? "(the record is cut)" : await outcomeOf(callFor(recorded))
    text += `${recorded.name}\n  ${request.method} ${request.path}\n  ${outcome}\n`
  }
  // A new line is written with `npm run dev -- --run -u`, and then read in the diff.
  await expect(text).toMatchFileSnapshot("./fixtures/recorded-answers.txt")
})

test("5001 events in one request: the 5000 that the server took are known", async () => {
  const recorded = vectors("event").find(({ name }) => name === "event-batch-5001") as Vector
  // The record is cut in the middle of the ids; the rest of the answer is as it was.
  const ids = Array.from({ length: 5_000 }, (_id, index) => `01M80QND4SJTBCVPK0JJFQ${1_000 + index}`)
  const body = JSON.stringify({ ids, status: 400, error: "Cannot have more than 5000 events in a batch" })
  const { send } = clientOf({ ...recorded, response: { ...recorded.response, body } })
  const sending = send(Array.from({ length: 5_001 }, () => ({ name: "bulk/x" })))
  await expect(sending).rejects.toMatchObject({ code: "partial-send", ids, remaining: 1, cause: { status: 400 } })
})

function clientOf(recorded: Vector): InngestClient {
  const { fetch } = serverOf(recorded)
  return createClient({ baseURL: "http://kit.test", fetch, retry: { attempts: 1 }, clock: createManualClock() })
}

/** Too long to be kept: it ends in a note, and is no JSON any more. */
function isCut({ response }: Vector): boolean {
  return response.body?.includes("...<truncated,") === true
}

/** The call of the client that makes this request. What the recorded request held is not asked: the answer is there already. */
function callFor(recorded: Vector): () => PromiseLike<unknown> {
  const { method, path } = recorded.request
  const client = clientOf(recorded)
  if (method === "POST" && /^\/e(\/|$)/.test(path)) return () => client.send(eventsLike(recorded))
  if (method === "GET" && /^\/v1\/events(\?|$)/.test(path)) return () => client.events.list({ limit: 50 })
  const [, eventId] = (method === "GET" && /^\/v1\/events\/([^/?]+)$/.exec(path)) || []
  if (eventId !== undefined) return () => client.events.get(eventId)
  return () => client.request(method as "GET", path)
}

/** As many events as were sent. */
function eventsLike({ request }: Vector): EventInput[] {
  const sent = parse(request.body)
  return Array.from({ length: Array.isArray(sent) ? Math.max(sent.length, 1) : 1 }, () => ({ name: "any/event" }))
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "")
  } catch {
    return undefined
  }
}

/** In one line: the value, or the error. */
async function outcomeOf(call: () => PromiseLike<unknown>): Promise<string> {
  try {
    const written = stringifyJson((await call()) ?? "nothing")
    return written.ok ? cut(written.value) : written.message
  } catch (error) {
    const { name, message, retryable } = error as { name: string; message: string; retryable: boolean }
    return cut(`${name}${retryable ? " (retryable)" : ""} ${message}`)
  }
}

function cut(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
