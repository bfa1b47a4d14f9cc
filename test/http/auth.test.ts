import fc from "fast-check"
import { afterEach, describe, expect, test, vi } from "vitest"
import { ConfigError } from "../../src/errors.ts"
import { type AuthOptions, createAuth } from "../../src/http/auth.ts"
import { createMask, maskPath } from "../../src/http/mask.ts"
import type { RouteAuth } from "../../src/protocol/routes.ts"

const keys = { eventKey: "evt-5f2c9d17aa", signingKey: "signkey-prod-77c0ffee7788" }

afterEach(() => {
  vi.unstubAllGlobals()
})

describe("which key goes where", () => {
  const bearer = (auth: RouteAuth, options = {}): string | undefined =>
    createAuth({ ...keys, ...options }).headersFor(auth).authorization

  test("the signing key to the API, the event key into the path, none where none is wanted", () => {
    expect(bearer("signing-key")).toBe("Bearer signkey-prod-77c0ffee7788")
    expect(bearer("event-key")).toBeUndefined()
    expect(bearer("none")).toBeUndefined()
    expect(createAuth(keys).eventPath).toBe("/e/evt-5f2c9d17aa")
  })

  test("the event key to workflow states, as the Go store sends it; without one the signing key", () => {
    expect(bearer("event-or-signing")).toBe("Bearer evt-5f2c9d17aa")
    expect(bearer("event-or-signing", { eventKey: undefined })).toBe("Bearer signkey-prod-77c0ffee7788")
    expect(bearer("event-or-signing", { eventKey: "", signingKey: undefined })).toBeUndefined()
  })

  test("the event key is one encoded segment, and never an empty one", () => {
    expect(createAuth({ eventKey: "a/b c" }).eventPath).toBe("/e/a%2Fb%20c")
    expect(createAuth({}).eventPath).toBe("/e/NO_EVENT_KEY_SET")
    expect(createAuth({ eventKey: "" }).eventPath).toBe("/e/NO_EVENT_KEY_SET")
  })

  test("env and own headers go along; an own authorization replaces the key, whatever its letter case", () => {
    const auth = createAuth({ ...keys, env: "branch-x", headers: { Authorization: "Basic eHl6", "X-Team": "core" } })
    expect(auth.headersFor("signing-key")).toEqual({
      authorization: "Basic eHl6",
      "x-inngest-env": "branch-x",
      "x-team": "core",
    })
  })
})

describe("keys that can't be used", () => {
  test.each([
    [{ eventKey: "a\nb" }, "eventKey"],
    [{ eventKey: "a\0b" }, "eventKey"],
    [{ eventKey: "kéy😀" }, "eventKey"],
    [{ eventKey: ".." }, "eventKey"],
    [{ signingKey: "a\r\nx: y" }, "signingKey"],
    [{ env: "ü" }, "env"],
    [{ headers: { "a b": "c" } }, "headers"],
    [{ headers: { a: "b\nc" } }, "headers"],
    [{ headers: null as unknown as undefined }, "headers"],
  ])("%j: the error names the option and not the value", (options, option) => {
    const error = catchError(() => createAuth(options))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({ option })
    expect(error.message).not.toMatch(/a\n|b\nc|x: y|kéy/)
  })

  test("a signing key in a page is refused, unless it is asked for", () => {
    vi.stubGlobal("window", {})
    vi.stubGlobal("document", {})
    expect(catchError(() => createAuth(keys))).toMatchObject({ code: "config", option: "signingKey" })
    expect(() => createAuth({ eventKey: "evt" })).not.toThrow()
    expect(() => createAuth({ ...keys, dangerouslyAllowBrowser: true })).not.toThrow()
  })
})

describe("masking", () => {
  test("every form of a key is masked: plain, encoded, and without its prefix", () => {
    const mask = maskOf({ eventKey: "evt/5f2c9d17aa", signingKey: "signkey-prod-77c0ffee7788" })
    expect(mask("evt/5f2c9d17aa evt%2F5f2c9d17aa xsignkey-prod-77c0ffee7788y 77c0ffee7788")).toBe("*** *** x***y ***")
  })

  test("headers that hold secrets count as keys", () => {
    const mask = maskOf({
      headers: { Cookie: "sid=0123456789", authorization: "Bearer tok-987654", "x-token": "t0k", "x-team": "core" },
    })
    expect(mask("sid=0123456789 tok-987654 t0k core")).toBe("*** *** *** core")
  })

  test("a header of any name counts as a key when it is long enough to be one, but for those that say how to talk", () => {
    const mask = maskOf({
      headers: { "x-password": "hunter2-hunter2", "X-Signature": "sha256 0123abcd", accept: "application/json" },
    })
    expect(mask("hunter2-hunter2 0123abcd sha256 application/json")).toBe("*** *** sha256 application/json")
  })

  test("a short key is masked as a word, and leaves other words alone", () => {
    const mask = maskOf({ eventKey: "test" })
    expect(mask("test: the latest contest-test of test.")).toBe("***: the latest contest-test of ***.")
  })

  test("whatever the key, it is nowhere in the masked text", () => {
    const key = fc.stringMatching(/^[!-~]{8,40}$/)
    fc.assert(
      fc.property(key, fc.string(), fc.string(), (eventKey, before, after) => {
        fc.pre(eventKey !== "********" && !/^\.*$/.test(eventKey))
        const masked = maskOf({ eventKey })(`${before}${eventKey}${after}`)
        expect(masked.includes(eventKey) && !`${before}***${after}`.includes(eventKey)).toBe(false)
      }),
    )
  })

  test("paths lose the key of the event route and tokens, and nothing else", () => {
    expect(maskPath("/e/secret?x=1")).toBe("/e/***?x=1")
    expect(maskPath("https://inn.gs/e/secret")).toBe("https://inn.gs/e/***")
    expect(maskPath("/v1/realtime/sse?a=1&token=jwt.x&b=2")).toBe("/v1/realtime/sse?a=1&token=***&b=2")
    expect(maskPath("/v1/workflows/e%2Fx")).toBe("/v1/workflows/e%2Fx")
    expect(maskPath("/v1/e/x")).toBe("/v1/e/x")
  })
})

function catchError(run: () => unknown): ConfigError {
  try {
    run()
  } catch (error) {
    return error as ConfigError
  }
  throw new Error("nothing was thrown")
}

function maskOf({ eventKey, signingKey, headers }: AuthOptions): (text: string) => string {
  return createMask([eventKey, signingKey], [headers])
}
