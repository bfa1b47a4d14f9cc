import { expect, test } from "vitest"
import { isProtocolError } from "../../src/errors.ts"
import {
  decodeCall,
  decodeCallAnswer,
  encodeCall,
  encodeCallAnswer,
  headersOfCall,
  retryAfterAtMs,
} from "../../src/protocol/execution.ts"
import type { JsonObject, JsonValue } from "../../src/shared/json.ts"
import { callsOf, readRecording, recordedCases } from "../support/sdk-recordings.ts"

const calls = recordedCases.flatMap((name) => callsOf(name).map((call) => ({ ...call, name })))

test("the recordings hold calls", () => {
  expect(calls.length).toBeGreaterThan(200)
})

test("every recorded call decodes and encodes to what the server sent", () => {
  for (const { name, seq, body, path } of calls) {
    // The one call that a test client made up.
    if (path.includes("sync-nope")) continue
    const given = body as JsonObject
    expect(encodeCall(decodeCall(given)), `${name} ${seq}`).toEqual(given)
  }
})

test("a call's headers are the recorded ones", () => {
  for (const { name, seq, body, path, headers } of calls) {
    if (headers["x-run-id"] === undefined) continue
    const stepId = new URL(path, "http://x").searchParams.get("stepId") ?? ""
    expect(headers, `${name} ${seq}`).toMatchObject(headersOfCall(decodeCall(body), stepId))
  }
})

test("every recorded answer decodes to its kind, and that encodes to the same status and headers", () => {
  for (const { name, seq, status, responseHeaders, responseBody } of calls) {
    const answer = { status, headers: new Headers(responseHeaders), body: JSON.stringify(responseBody) }
    const decoded = decodeCallAnswer(answer)
    expect(decoded.kind, `${name} ${seq}`).toBe(status === 200 ? "done" : status === 206 ? "ops" : "error")
    const encoded = encodeCallAnswer(decoded)
    expect(encoded.status, `${name} ${seq}`).toBe(responseHeaders["x-inngest-sdk"] === undefined ? 500 : status)
    expect(encoded.headers["retry-after"], `${name} ${seq}`).toBe(responseHeaders["retry-after"])
    // An unknown function: an error without the header, which counts as one to retry.
    const noRetry = responseHeaders["x-inngest-no-retry"] ?? (decoded.kind === "error" ? "false" : undefined)
    expect(encoded.headers["x-inngest-no-retry"], `${name} ${seq}`).toBe(noRetry)
  }
})

test("what is decoded from our answer is what went in", () => {
  for (const { status, responseHeaders, responseBody } of calls) {
    const body = JSON.stringify(responseBody)
    const decoded = decodeCallAnswer({ status, headers: new Headers(responseHeaders), body })
    const { headers, ...rest } = encodeCallAnswer(decoded)
    const again = { ...rest, headers: new Headers({ ...headers, "x-inngest-sdk": "js:v1" }) }
    expect(decodeCallAnswer(again)).toEqual(decoded)
  }
})

test.each<[string, string, JsonValue]>([
  [
    "beside a timing",
    '{"large":12345678901234567891},"timing":{"a":1795322284951000000,"b":400000000}',
    { large: 12345678901234567891n },
  ],
  [
    "in data that looks like a timing",
    '{"x":1,"timing":{"a":1795322284951000001,"b":1}}',
    { x: 1, timing: { a: 1795322284951000001n, b: 1 } },
  ],
  ["nowhere but in the timing", '"12345","timing":{"a":1795322284951000000,"b":400000000}', "12345"],
])("a large integer of a step's data is kept: %s", (_, text, data) => {
  const body = `[{"id":"e0996a37c13d44c3b06074939d43fa3759bd32c1","op":"StepRun","data":${text}}]`
  const decoded = decodeCallAnswer({ status: 206, headers: sdkHeaders(), body })
  expect(decoded).toMatchObject({ kind: "ops", ops: [{ op: "StepRun", data }] })
  if (/"timing":{"a":\d+000,/.test(text))
    expect(decoded).toMatchObject({ ops: [{ timing: { startedAtMs: 1_795_322_284_951, durationMs: 400 } }] })
})

test("what a function returns is read without loss where it looks like an op's timing", () => {
  const body = '[{"x":1,"timing":{"a":1795322284951000001,"b":1}}]'
  const decoded = decodeCallAnswer({ status: 200, headers: sdkHeaders(), body })
  expect(decoded).toEqual({ kind: "done", data: [{ x: 1, timing: { a: 1795322284951000001n, b: 1 } }] })
})

test("a call of a server that leaves members out or writes null is read with empty ones", () => {
  const call = decodeCall({
    event: { name: "a/b" },
    events: null,
    steps: null,
    ctx: { run_id: "r", stack: { stack: null } },
  } as unknown as JsonValue)
  expect(call).toMatchObject({
    event: { name: "a/b", data: {}, user: {} },
    events: [{ name: "a/b" }],
    steps: {},
    context: { attempt: 0, maxAttempts: 5, stack: [], stackCurrent: 0, generationId: 1 },
    version: -1,
  })
})

test.each<[string, JsonValue]>([
  ["body", "nope"],
  ["event", { ctx: {} }],
  ["event.name", { event: { name: 7 } }],
  ["steps", { event: { name: "a" }, steps: [] }],
  ["ctx.attempt", { event: { name: "a" }, ctx: { attempt: "1" } }],
  ["ctx.stack.stack", { event: { name: "a" }, ctx: { stack: { stack: {} } } }],
])("a call whose %s is of the wrong type is refused by that name", (path, call) => {
  expect(thrownBy(() => decodeCall(call))).toSatisfy((error) => isProtocolError(error) && error.path === path)
})

const sdkHeaders = (more: Record<string, string> = {}) => new Headers({ "x-inngest-sdk": "js:v9", ...more })

test.each<[string, Parameters<typeof decodeCallAnswer>[0], object]>([
  [
    "200 that is no JSON",
    { status: 200, headers: sdkHeaders(), body: "not json{" },
    { kind: "done", data: "not json{" },
  ],
  ["200 without a body", { status: 200, headers: sdkHeaders(), body: "" }, { kind: "done", data: null }],
  [
    "201",
    { status: 201, headers: sdkHeaders(), body: '{"a":1}' },
    { kind: "error", retryable: true, output: { a: 1 } },
  ],
  ["200 of something that is no SDK", { status: 200, headers: new Headers(), body: '{"x":1}' }, { kind: "error" }],
  [
    "400 without the header",
    { status: 400, headers: sdkHeaders(), body: '{"name":"N","message":"m"}' },
    { kind: "error", retryable: true, error: { name: "N", message: "m" } },
  ],
  [
    "500 that is final",
    { status: 500, headers: sdkHeaders({ "x-inngest-no-retry": "true" }), body: '{"message":"x"}' },
    { kind: "error", retryable: false },
  ],
  [
    "500 without a body",
    { status: 500, headers: sdkHeaders(), body: "" },
    { kind: "error", output: "invalid status code: 500" },
  ],
  ["503 in text", { status: 503, headers: sdkHeaders(), body: "busy" }, { kind: "error", error: { message: "busy" } }],
  [
    "206 with one op and no list",
    { status: 206, headers: sdkHeaders(), body: '{"id":"a","op":"StepRun","data":1}' },
    { kind: "ops", ops: [{ id: "a", op: "StepRun", data: 1 }] },
  ],
])("an odd answer, %s, is read as the server reads it", (_what, answer, expected) => {
  expect(decodeCallAnswer(answer)).toMatchObject(expected)
})

test("opcodes that the server does not know are refused", () => {
  const { responses } = readRecording("raw-server-reactions") as unknown as { responses: Record<string, unknown> }
  expect(JSON.stringify(responses["notfound"])).toContain("does not belong to Opcode values")
  for (const op of ["StepNotFound", "Bogus", "toString"]) {
    const body = JSON.stringify([{ id: "x", op }])
    expect(() => decodeCallAnswer({ status: 206, headers: sdkHeaders(), body })).toThrow(/a known opcode/)
  }
})

test("retry-after counts seconds from the whole second, and is held between 1 s and 24 h", () => {
  expect(retryAfterAtMs("2", 10_900)).toBe(12_000)
  expect(retryAfterAtMs("1", 10_900)).toBe(11_900)
  expect(retryAfterAtMs("1970-01-01T00:01:00Z", 10_000)).toBe(60_000)
  expect(retryAfterAtMs("Thu, 01 Jan 1970 00:01:00 GMT", 10_000)).toBe(60_000)
  expect(retryAfterAtMs("999999", 0)).toBe(86_400_000)
  expect(retryAfterAtMs("soon", 0)).toBeUndefined()
})

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
