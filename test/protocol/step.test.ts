import fc from "fast-check"
import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { NonRetriableError, RetryAfterError } from "../../src/errors.ts"
import { encodeError } from "../../src/protocol/error.ts"
import {
  type StepOp,
  decodeStepOp,
  decodeStepOutcome,
  encodeStepOp,
  hashStepId,
  memoizedData,
  memoizedError,
  runCompleteId,
} from "../../src/protocol/step.ts"
import { sha1Hex } from "../../src/shared/hash.ts"
import { type JsonObject, isJsonObject } from "../../src/shared/json.ts"
import { callsOf, exchangesOf, recordedCases } from "../support/sdk-recordings.ts"

const recordedOps = recordedCases.flatMap((name) =>
  callsOf(name).flatMap(({ status, responseBody }) =>
    status === 206 && Array.isArray(responseBody) ? responseBody.filter((op) => isJsonObject(op)) : [],
  ),
)

test("SHA-1 is SHA-1, of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      expect(sha1Hex(text)).toBe(createHash("sha1").update(text.toWellFormed()).digest("hex"))
    }),
  )
  for (const length of [55, 56, 63, 64, 65, 119, 120, 5_000])
    expect(sha1Hex("x".repeat(length))).toBe(createHash("sha1").update("x".repeat(length)).digest("hex"))
})

test("step ids are hashed as recorded, repeats by their number", () => {
  const ids = callsOf("repeat-ids").flatMap(({ responseBody }) =>
    Array.isArray(responseBody) ? responseBody.map((op) => (isJsonObject(op) ? op.id : undefined)) : [],
  )
  expect(ids.slice(0, 3)).toEqual([hashStepId("loop"), hashStepId("loop", 1), hashStepId("loop", 2)])
  expect(runCompleteId).toBe("0737c22d3bfae812339732d14d8c7dbd6dc4e09c")
})

test("every recorded op reads as itself: what we write for it says the same to the server", () => {
  expect(recordedOps.length).toBeGreaterThan(100)
  for (const recorded of recordedOps) {
    const op = decodeStepOp(recorded, "test", "op")
    const written = encodeStepOp(op)
    expect(decodeStepOp(written, "test", "op")).toEqual(op)
    // Differences on purpose: empty opts and null data are left out, a wait says its event twice.
    const { opts = {}, data, error, ...rest } = recorded
    const { opts: ownOpts = {}, data: ownData, error: ownError, ...own } = written
    const expected: JsonObject = { ...rest }
    if (op.op === "RunComplete") delete expected.userland
    expect(own).toEqual(expected)
    expect(ownData ?? null).toEqual(error === undefined ? (data ?? null) : (ownData ?? null))
    expect(isJsonObject(ownError) ? ownError.message : undefined).toEqual(
      isJsonObject(error) ? error.message : undefined,
    )
    expect(ownOpts).toEqual(op.op === "WaitForEvent" ? { ...(opts as JsonObject), event: op.event } : opts)
  }
})

test("sleeps and waits are read in either spelling", () => {
  expect(decodeStepOp({ id: "a", op: "Sleep", opts: { duration: "1s" } }, "t", "")).toMatchObject({ duration: "1s" })
  expect(decodeStepOp({ id: "a", op: "Sleep", name: "1s" }, "t", "")).toMatchObject({ duration: "1s" })
  expect(decodeStepOp({ id: "a", op: "WaitForEvent", opts: { event: "x", timeout: "1s" } }, "t", "")).toMatchObject({
    event: "x",
    timeout: "1s",
  })
  expect(() => decodeStepOp({ id: "a", op: "WaitForEvent", opts: { timeout: "1s" } }, "t", "")).toThrow(
    /name of an event/,
  )
})

const identity = { id: fc.string(), displayName: fc.string(), userlandId: fc.string() }
const name = fc.string({ minLength: 1 })
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as null)
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const op = (fields: { op: fc.Arbitrary<string> } & Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields).map((record) => record as unknown as StepOp)
const anyOp = fc.oneof(
  op({ ...identity, op: fc.constant("StepRun" as const), name, data: json }),
  op({
    ...identity,
    op: fc.constant("StepPlanned" as const),
    name,
    parallelMode: optional(fc.constant("race" as const)),
  }),
  op({ ...identity, op: fc.constant("Sleep" as const), duration: name }),
  op({
    ...identity,
    op: fc.constant("WaitForEvent" as const),
    event: name,
    timeout: optional(name),
    if: optional(name),
  }),
  op({
    ...identity,
    op: fc.constant("InvokeFunction" as const),
    functionId: name,
    payload: fc.record({ data: json }),
    timeout: optional(name),
  }),
  op({
    ...identity,
    op: fc.constant("WaitForSignal" as const),
    signal: name,
    timeout: optional(name),
    conflict: optional(fc.constantFrom("fail", "replace")),
  }),
  op({
    ...identity,
    op: fc.constant("Gateway" as const),
    url: name,
    method: name,
    headers: fc.dictionary(
      name.filter((text) => text !== "__proto__"),
      fc.string(),
    ),
    body: optional(fc.string()),
  }),
)

test("any op survives the wire", () => {
  fc.assert(
    fc.property(anyOp, (given) => {
      const written = encodeStepOp(given)
      const read = decodeStepOp(JSON.parse(JSON.stringify(written)) as JsonObject, "test", "")
      expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(given)))
    }),
  )
})

test("opts are left out where there are none", () => {
  expect(encodeStepOp({ op: "StepRun", id: "a", data: 1 })).toEqual({ op: "StepRun", id: "a", data: 1 })
})

test("memoised outcomes come back as data or as an error", () => {
  expect(decodeStepOutcome(memoizedData(undefined))).toEqual({ kind: "data", data: null })
  expect(decodeStepOutcome(memoizedData({ a: 1 }))).toEqual({ kind: "data", data: { a: 1 } })
  expect(decodeStepOutcome(memoizedError({ name: "E", message: "m", noRetry: true }))).toEqual({
    kind: "error",
    error: { name: "E", message: "m", noRetry: true },
  })
  // As recorded for an invoke that timed out.
  const invoked = { error: { error: "T: x", name: "T", message: "x" } }
  expect(decodeStepOutcome(invoked)).toEqual({ kind: "error", error: { name: "T", message: "x" } })
})

test("memoised values of the recordings are what our server's encoders write", () => {
  const values = recordedCases.flatMap((caseName) =>
    callsOf(caseName).flatMap(({ body }) => Object.values((body as { steps: JsonObject }).steps)),
  )
  for (const value of values) {
    if (!isJsonObject(value) || Object.keys(value).length !== 1) continue
    const outcome = decodeStepOutcome(value)
    if (outcome.kind === "data") expect(memoizedData(outcome.data)).toEqual(value)
    else if (!("error" in (value.error as JsonObject))) expect(memoizedError(outcome.error)).toEqual(value)
  }
})

test("an error is written with its code and its causes, and no other member of its own", () => {
  class Failure extends Error {
    override readonly name = "Failure"
    readonly code = 42
    readonly request = { headers: { authorization: "Bearer secret" } }
  }
  const error = encodeError(new Failure("boom", { cause: new TypeError("inner") }))
  expect(error).toMatchObject({
    name: "Failure",
    message: "boom",
    code: 42,
    cause: { name: "TypeError", message: "inner", __serialized: true },
    __serialized: true,
  })
  expect(error.stack).toContain("boom")
  expect(Object.keys(error).toSorted()).toEqual(["__serialized", "cause", "code", "message", "name", "stack"])
})

test("errors that functions throw look as those of the official SDK: without a code", () => {
  for (const thrown of [new NonRetriableError("stop"), new RetryAfterError("later", "2s")])
    expect(Object.keys(encodeError(thrown)).toSorted()).toEqual(["__serialized", "message", "name", "stack"])
})

test("of an error in an op all members go out", () => {
  const error = encodeError(Object.assign(new Error("boom"), { code: 42 }))
  const recorded = callsOf("step-error-caught").flatMap(({ responseBody }) =>
    Array.isArray(responseBody) ? responseBody.map((written) => (written as JsonObject).error as JsonObject) : [],
  )
  const ours = encodeStepOp({ id: "a", op: "StepFailed", error }).error as JsonObject
  expect(Object.keys(ours).toSorted()).toEqual(Object.keys(recorded[0] ?? {}).toSorted())
})

test.each(["StepError", "StepFailed"])("a %s that brings no error says so", (opcode) => {
  for (const error of [undefined, null])
    expect(decodeStepOp({ id: "a", op: opcode, ...(error === null ? { error } : {}) }, "call", "[0]")).toMatchObject({
      error: { name: "Error", message: "no error was given" },
    })
})

test("what is thrown and no error has its text as message, as recorded", () => {
  const messages = exchangesOf("undefined-data").flatMap(({ responseBody, status }) =>
    status === 400 && isJsonObject(responseBody) ? [[responseBody.name, responseBody.message]] : [],
  )
  const thrown = ["a string", { weird: true, message: "objmsg" }, undefined].map(
    (value) => ["Error", encodeError(value).message] as const,
  )
  expect(messages.toSorted()).toEqual(thrown.map((pair) => [...pair]).toSorted())
})

test("an error whose members can't be written is still written", () => {
  const error = Object.assign(new Error("x"), { self: {}, big: 1n, fn: () => 1 })
  error.self = error
  expect(encodeError(error)).toMatchObject({ message: "x" })
})
