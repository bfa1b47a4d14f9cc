import { afterEach, describe, expect, test, vi } from "vitest"
import { parseBaseURL } from "../../src/http/base-url.ts"

const parse = (text: string): string => parseBaseURL(text, "baseURL")

afterEach(() => {
  vi.unstubAllGlobals()
})

test.each([
  ["http://localhost:8288", "http://localhost:8288"],
  ["http://localhost:8288/", "http://localhost:8288"],
  ["HTTP://LOCALHOST:80/", "http://localhost"],
  ["https://host/api/inngest//", "https://host/api/inngest"],
  ["http://[::1]:8288", "http://[::1]:8288"],
])("%s is %s", (text, expected) => {
  expect(parse(text)).toBe(expected)
})

test.each([
  ["/api/inngest", '"/api/inngest" must be'],
  ["localhost:8288", '"localhost:8288" must be http://… or https://…'],
  ["localhost", "http://"],
  ["ftp://host", "http://"],
  ["http://", "http://"],
  ["http://127.0.0.1:99999", "http://"],
  ["not a url", "http://"],
  [
    "http://host/?x=1",
    '"http://host/" must be http://… or https://…, relative only in a page, without user, query and fragment',
  ],
  ["http://host/#f", "without user, query and fragment"],
])("%s is refused", (text, message) => {
  expect(() => parse(text)).toThrow(message)
})

test.each(["http://user:hunter2@host", "http://hunter2@host/x", "http://u:hunter2@host:99999"])(
  "%s is refused, and its password is not repeated",
  (text) => {
    expect(() => parse(text)).toThrow(/^baseURL: (?!.*hunter2)/)
  },
)

test("the error says which setting it was", () => {
  expect(() => parseBaseURL("localhost:8288", "INNGEST_BASE_URL")).toThrow(
    expect.objectContaining({
      code: "config",
      envVar: "INNGEST_BASE_URL",
      message: expect.stringContaining('INNGEST_BASE_URL: "localhost:8288" must be http://… or https://…'),
    }),
  )
})

describe("in a page", () => {
  test("a relative URL keeps its prefix", () => {
    vi.stubGlobal("location", { href: "https://admin.example/app/index.html?tab=1#x" })
    expect(parse("/api/inngest")).toBe("https://admin.example/api/inngest")
    expect(parse("/api/inngest/")).toBe("https://admin.example/api/inngest")
    expect(parse("./api")).toBe("https://admin.example/app/api")
    expect(parse("/")).toBe("https://admin.example")
  })

  test("a page that is not on the web has nothing to be relative to", () => {
    vi.stubGlobal("location", { href: "file:///index.html" })
    expect(() => parse("/api")).toThrow(/relative only in a page/)
  })
})
