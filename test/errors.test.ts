import { describe, expect, test } from "vitest"
import * as errors from "../src/errors.ts"

const request = { method: "POST", url: "/e/***" }

/** One of each class, and the guards that must say yes to it besides `isInngestKitError`. */
const samples: ReadonlyArray<readonly [errors.InngestKitError, readonly (keyof typeof errors)[]]> = [
  [new errors.ConfigError("x", { option: "baseURL" }), ["isConfigError"]],
  [new errors.ValidationError("event", [{ path: "name", message: "must be a string" }]), ["isValidationError"]],
  [new errors.ConnectionError("x", request), ["isConnectionError", "isTransportError"]],
  [new errors.TimeoutError("x", request, 5), ["isTimeoutError", "isTransportError"]],
  [new errors.ApiError("api", "x", { request, status: 418 }), ["isApiError"]],
  [new errors.BadRequestError("bad-request", "x", { request, status: 400 }), ["isBadRequestError", "isApiError"]],
  [
    new errors.AuthenticationError("authentication", "x", { request, status: 401 }),
    ["isAuthenticationError", "isApiError"],
  ],
  [new errors.PermissionError("permission", "x", { request, status: 403 }), ["isPermissionError", "isApiError"]],
  [new errors.NotFoundError("not-found", "x", { request, status: 404 }), ["isNotFoundError", "isApiError"]],
  [new errors.ConflictError("conflict", "x", { request, status: 409 }), ["isConflictError", "isApiError"]],
  [
    new errors.PayloadTooLargeError("payload-too-large", "x", { request, status: 413 }),
    ["isPayloadTooLargeError", "isApiError"],
  ],
  [new errors.RateLimitError("rate-limit", "x", { request, status: 429 }), ["isRateLimitError", "isApiError"]],
  [new errors.ServerError("server", "x", { request, status: 503 }), ["isServerError", "isApiError"]],
  [new errors.ProtocolError("x", { route: "events.list" }), ["isProtocolError"]],
  [new errors.PartialSendError("x", { ids: ["a"], remaining: 1 }), ["isPartialSendError"]],
  [new errors.StoreError("x", { workflowId: "w" }), ["isStoreError"]],
  [
    new errors.RevisionConflictError("x", { workflowId: "w", expected: "1" }),
    ["isRevisionConflictError", "isStoreError"],
  ],
  [new errors.UnsupportedError("x", { driver: "d", flag: "list" }), ["isUnsupportedError", "isStoreError"]],
  [new errors.FunctionError("x"), ["isFunctionError"]],
  [new errors.NonRetriableError("x"), ["isNonRetriableError", "isFunctionError"]],
  [new errors.RetryAfterError("x", "5s"), ["isRetryAfterError", "isFunctionError"]],
  [new errors.StepError("x", { stepId: "charge" }), ["isStepError", "isFunctionError"]],
  [new errors.InvariantError("x"), ["isInvariantError"]],
]

const guards = Object.entries(errors).filter(([name]) => name.startsWith("is")) as [
  keyof typeof errors,
  (error: unknown) => boolean,
][]

describe("error guards", () => {
  test.each(samples)("%o: exactly its own guards say yes", (error, expected) => {
    const yes = guards.filter(([, guard]) => guard(error)).map(([name]) => name)
    expect(new Set(yes)).toEqual(new Set(["isInngestKitError", ...expected]))
  })

  test("a user's subclass counts as its base", () => {
    class CardDeclined extends errors.NotFoundError {}
    const error = new CardDeclined("not-found", "x", { request, status: 404 })
    expect(errors.isNotFoundError(error)).toBe(true)
    expect(errors.isApiError(error)).toBe(true)
    expect(errors.isServerError(error)).toBe(false)
  })

  test("strangers are strangers, also when they look alike", () => {
    const strangers: unknown[] = [
      new Error("x"),
      null,
      undefined,
      "api",
      { code: "api", name: "ApiError", message: "x", retryable: false },
    ]
    for (const stranger of strangers) for (const [, guard] of guards) expect(guard(stranger)).toBe(false)
  })

  test("an error that went through JSON is data, with name, code and message", () => {
    for (const [error] of samples) {
      const data: unknown = JSON.parse(JSON.stringify(error))
      expect(data).toMatchObject({
        name: error.name,
        code: error.code,
        message: error.message,
        retryable: error.retryable,
      })
      for (const [, guard] of guards) expect(guard(data)).toBe(false)
    }
  })
})

describe("errors", () => {
  test("every class has its own literal name and code", () => {
    expect(new Set(samples.map(([error]) => error.name)).size).toBe(samples.length)
    expect(new Set(samples.map(([error]) => error.code)).size).toBe(samples.length)
    for (const [error] of samples) {
      expect(error.name).toBe(error.constructor.name)
      expect(String(error)).toMatch(new RegExp(`^${error.name}: `))
    }
  })

  test("a validation error leads with the first path and counts the rest", () => {
    const error = new errors.ValidationError("event", [
      { path: "data.total", message: "NaN is not a JSON number" },
      { path: "ts", message: "must be whole milliseconds since 1970" },
    ])
    expect(error.message).toBe("event: data.total: NaN is not a JSON number (and 1 more)")
  })

  test("the cause is kept, and stays out of JSON", () => {
    const cause = new Error("secret inside")
    const error = new errors.ConnectionError("no answer", request, { cause })
    expect(error.cause).toBe(cause)
    expect(JSON.stringify(error)).not.toContain("secret")
  })

  test("what may be tried again says so", () => {
    const retryable = samples.filter(([error]) => error.retryable).map(([error]) => error.name)
    expect(retryable).toEqual(["ConnectionError", "TimeoutError", "RetryAfterError"])
    expect(new errors.ServerError("server", "x", { request, status: 503 }, { retryable: true }).retryable).toBe(true)
  })
})
