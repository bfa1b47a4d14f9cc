import { describe, expect, test } from "vitest"
import type { ApiError } from "../../src/errors.ts"
import type { Sent } from "../../src/http/exchange.ts"
import { faultOf } from "../../src/http/fault.ts"
import { type Route, eventsList, sendEvents, signalsSend } from "../../src/protocol/routes.ts"

const sent: Sent = { method: "POST", base: "", path: "/e/key", options: { eventKey: "SECRET88" }, headers: {} }
const nowMs = Date.UTC(2026, 0, 31, 12)

function fault(
  status: number,
  body = "",
  init: { headers?: HeadersInit; statusText?: string; route?: Route } = {},
): ApiError | undefined {
  const { headers, statusText = "", route = sendEvents } = init
  const bytes = new TextEncoder().encode(body)
  return faultOf(route, { status, statusText, headers: new Headers(headers), bytes }, sent, nowMs)
}

test.each([
  [0, "api", "ApiError", false],
  [301, "api", "ApiError", false],
  [400, "bad-request", "BadRequestError", false],
  [401, "authentication", "AuthenticationError", false],
  [402, "api", "ApiError", false],
  [403, "permission", "PermissionError", false],
  [404, "not-found", "NotFoundError", false],
  [405, "api", "ApiError", false],
  [408, "server", "ServerError", true],
  [409, "conflict", "ConflictError", false],
  [410, "not-found", "NotFoundError", false],
  [412, "conflict", "ConflictError", false],
  [413, "payload-too-large", "PayloadTooLargeError", false],
  [422, "bad-request", "BadRequestError", false],
  [425, "server", "ServerError", true],
  [429, "rate-limit", "RateLimitError", true],
  [500, "server", "ServerError", true],
  [501, "server", "ServerError", false],
  [503, "server", "ServerError", true],
  [599, "server", "ServerError", true],
])("%d is %s (%s), retryable: %s", (status, code, name, retryable) => {
  expect(fault(status)).toMatchObject({ code, name, status, retryable })
})

test.each([200, 201, 202, 204])("%d is a success", (status) => {
  expect(fault(status, "anything")).toBeUndefined()
})

test("what must not happen twice is only worth repeating when the server refused to begin", () => {
  expect(fault(503, "", { route: signalsSend })?.retryable).toBe(false)
  expect(fault(429, "", { route: signalsSend })?.retryable).toBe(true)
})

describe("the message", () => {
  test("has request, status, when to come back, and what the server said", () => {
    const error = fault(429, '{"error":"slow down"}', {
      statusText: "Too Many Requests",
      headers: { "retry-after": "2" },
    })
    expect(error?.message).toBe('[POST] "/e/***": 429 Too Many Requests (retry in 2000 ms): slow down')
    expect(error).toMatchObject({ retryAfterMs: 2_000, body: { error: "slow down" } })
  })

  test("is cut when the server says a lot, while the body is kept", () => {
    const error = fault(400, "x".repeat(2_000))
    expect(error?.message).toHaveLength('[POST] "/e/***": 400: '.length + 501)
    expect(error?.body).toHaveLength(2_000)
  })

  test("says where a redirect leads", () => {
    expect(fault(303, "", { statusText: "See Other", headers: { location: "/e" } })?.message).toBe(
      '[POST] "/e/***": 303 See Other to /e',
    )
    expect(fault(0)?.message).toBe('[POST] "/e/***": 0 redirect')
  })

  test.each([
    ["v1", '{"error":"Invalid run ID: x","data":null,"status":400}', "Invalid run ID: x", undefined],
    ["v2", '{"errors":[{"code":"not_found","message":"Run not found"}]}', "Run not found", "not_found"],
    ["traces", '{"message":"Invalid payload"}', "Invalid payload", undefined],
    ["text", "404 page not found\n", "404 page not found", undefined],
  ])("reads the server's text from the body of %s", (_kind, body, text, serverCode) => {
    expect(fault(404, body)).toMatchObject({ message: `[POST] "/e/***": 404: ${text}`, serverCode })
  })

  test("shows no key, wherever the server repeats it", () => {
    const error = fault(400, '{"error":"key SECRET88","more":[{"SECRET88":"aSECRET88b"}]}', {
      statusText: "SECRET88",
      headers: { location: "http://x/SECRET88" },
    })
    expect(error?.message).toContain("key ***")
    expect(error?.body).toEqual({ error: "key ***", more: [{ "***": "a***b" }] })
    expect(`${error?.message}${JSON.stringify(error)}${error?.stack}`).not.toContain("SECRET88")
  })
})

describe("an error inside a 200", () => {
  const hidden = '{"error":"Event not found","data":null,"status":404}'

  test("is the error of its body's status", () => {
    expect(fault(200, hidden, { route: eventsList, statusText: "OK" })).toMatchObject({
      name: "NotFoundError",
      status: 404,
      message: '[POST] "/e/***": 404: Event not found',
    })
  })

  test("is one only of a GET, without metadata, with a text and a status from 400", () => {
    const isError = (body: object): boolean => fault(200, JSON.stringify(body), { route: eventsList }) !== undefined
    expect(fault(200, hidden)).toBeUndefined()
    expect(isError({ error: "x", status: 500 })).toBe(true)
    expect(isError({ error: "x", status: 399 })).toBe(false)
    expect(isError({ error: "x", status: "404" })).toBe(false)
    expect(isError({ error: null, status: 404 })).toBe(false)
    expect(isError({ error: "x", status: 404, metadata: {} })).toBe(false)
    expect(isError({ data: { error: "x", status: 404 } })).toBe(false)
  })
})
