import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { encodeWorkflowPath, matchWorkflowPath } from "../../src/protocol/workflow-path.ts"

const origin = "http://127.0.0.1:8288"
const none = { kind: "none" }
const workflow = (id: string): { kind: "workflow"; id: string } => ({ kind: "workflow", id })

/** Any UTF-16, half surrogate pairs included, with the characters that URLs treat specially made frequent. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "/",
      "\\",
      ".",
      "..",
      "%",
      "%2e",
      "%2F",
      "%25",
      "%zz",
      "%FF",
      "%C3%A9",
      "%EF%BB%BF",
      "?",
      "#",
      ":",
      " ",
      "\t",
      "\n",
      "\0",
      "é",
      "😀",
      "\ufeff",
      "\ud800",
      "\udc00",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
})
const acceptedId = anyText.filter((id) => encodeWorkflowPath(id).ok)

function pathOf(id: string): string {
  const encoded = encodeWorkflowPath(id)
  if (!encoded.ok) throw new Error(`refused: ${encoded.reason}`)
  return encoded.path
}

describe("encodeWorkflowPath", () => {
  test.each([
    ["wf-1", "/v1/workflows/wf-1"],
    ["a/b", "/v1/workflows/a%2Fb"],
    ["a b?c#d", "/v1/workflows/a%20b%3Fc%23d"],
    ["100%", "/v1/workflows/100%25"],
    ["%2e%2e", "/v1/workflows/%252e%252e"],
    ["a\\b", "/v1/workflows/a%5Cb"],
    ["../x", "/v1/workflows/..%2Fx"],
    ["...", "/v1/workflows/..."],
    ["é😀", "/v1/workflows/%C3%A9%F0%9F%98%80"],
    ["\0\r\n", "/v1/workflows/%00%0D%0A"],
  ])("writes %j as one segment", (id, path) => {
    expect(encodeWorkflowPath(id)).toEqual({ ok: true, path })
  })

  test.each([
    ["", "workflow ID is required"],
    [".", 'a workflow ID cannot be "." or "..": no URL carries them'],
    ["..", 'a workflow ID cannot be "." or "..": no URL carries them'],
    ["a\ud800b", "a workflow ID cannot contain half a surrogate pair: UTF-8 does not carry it"],
    ["\udc00", "a workflow ID cannot contain half a surrogate pair: UTF-8 does not carry it"],
  ])("refuses %j and says why", (id, reason) => {
    expect(encodeWorkflowPath(id)).toEqual({ ok: false, reason })
  })

  test("accepts every well-formed text but the empty one and the two dot segments", () => {
    fc.assert(
      fc.property(anyText, (id) => {
        const carried = id.isWellFormed() && id !== "" && id !== "." && id !== ".."
        expect(encodeWorkflowPath(id).ok).toBe(carried)
      }),
    )
  })

  test("never gives two ids one path", () => {
    fc.assert(
      fc.property(acceptedId, acceptedId, (a, b) => {
        expect(pathOf(a) === pathOf(b)).toBe(a === b)
      }),
    )
  })

  test("writes a path that a URL parser leaves alone", () => {
    fc.assert(
      fc.property(acceptedId, (id) => {
        expect(new URL(origin + pathOf(id)).href).toBe(origin + pathOf(id))
      }),
    )
  })
})

describe("matchWorkflowPath", () => {
  test.each([
    ["/v1/workflows", { kind: "list" }],
    ["/v1/workflows?status=running", { kind: "list" }],
    ["/v1/workflows#x", { kind: "list" }],
    ["//v1/workflows", { kind: "list" }],
    ["/v1/workflows/", workflow("")],
    ["/v1/workflows/?x", workflow("")],
    ["/v1/workflows//", workflow("/")],
    ["/v1/workflows/wf-1", workflow("wf-1")],
    ["///v1/workflows/wf-1", workflow("wf-1")],
    ["/v1/workflows/a/b", workflow("a/b")],
    ["/v1/workflows//a/", workflow("/a/")],
    ["/v1/workflows/a%2Fb", workflow("a/b")],
    ["/v1/workflows/a%2fb", workflow("a/b")],
    ["/v1/workflows/a%252Fb", workflow("a%2Fb")],
    ["/v1/workflows/a?b=/v1/workflows/c", workflow("a")],
    ["/v1/workflows/a#b", workflow("a")],
    ["/v1/workflows/a+b", workflow("a+b")],
    ["/v1/workflows/é", workflow("é")],
    ["/v1/workflows/a%FFb", workflow("a\ufffdb")],
    ["/v1/workflows/%ED%A0%80", workflow("\ufffd\ufffd\ufffd")],
    ["/v1/workflows/%FF%EF%BB%BFa", workflow("\ufffd\ufeffa")],
    ["/v1/workflows/%EF%BB%BFa", workflow("\ufeffa")],
    ["/v1/workflows/%zz%41%", workflow("%zzA%")],
    ["/v1/workflows/a%00b", workflow("a\0b")],
    ["/v1/workflows/..%2F..%2Fevents", workflow("../../events")],
    ["/v1/workflows/...", workflow("...")],
    ["/v1/workflows/..;/x", workflow("..;/x")],
    ["/v1/workflows/__proto__", workflow("__proto__")],
  ])("reads %s", (path, match) => {
    expect(matchWorkflowPath(path)).toEqual(match)
    expect(matchWorkflowPath(origin + path)).toEqual(match)
    expect(matchWorkflowPath(`HTTP://[::1]:80${path}`)).toEqual(match)
  })

  test.each([
    "/",
    "/v1",
    "/v1/workflowsx",
    "/V1/Workflows/x",
    "/v1//workflows/x",
    "/v1%2Fworkflows/x",
    "/v1/%77orkflows/x",
    "/v1/events?x=/v1/workflows/x",
    "/api/v1/workflows/x",
    "/v1/runs#/v1/workflows/x",
  ])("leaves %s to other routes", (path) => {
    expect(matchWorkflowPath(path)).toEqual(none)
    expect(matchWorkflowPath(origin + path)).toEqual(none)
  })

  test.each([
    "/v1/workflows/.",
    "/v1/workflows/..",
    "/v1/workflows/../other",
    "/v1/workflows/a/../../admin",
    "/v1/workflows/a/./b",
    "/v1/workflows/a/..",
    "/v1/workflows/%2e%2e/x",
    "/v1/workflows/.%2E",
    "/v1/workflows/a\\b",
    "/v1\\workflows\\x",
    "/v1/workflows/x/..\\..\\y",
    "/v1/workflows/.\t./x",
    "/v1/workflows/a b",
  ])("does not take %j, which URL parsers rewrite", (path) => {
    expect(matchWorkflowPath(path)).toEqual(none)
  })

  test.each([
    "",
    "*",
    "v1/workflows/x",
    "http:/v1/workflows/x",
    "http:\\\\h\\v1\\workflows\\x",
    "http://h",
    "http://h?/v1/workflows/x",
    "mailto:/v1/workflows/x",
    "?/v1/workflows/x",
  ])("finds no route in %j", (text) => {
    expect(matchWorkflowPath(text)).toEqual(none)
  })

  test("takes the double slash of an origin-form target for a path, not for a host", () => {
    expect(matchWorkflowPath("//v1/workflows/x")).toEqual(workflow("x"))
    expect(matchWorkflowPath("//host/v1/workflows/x")).toEqual(none)
  })

  test("gives back every id that was encoded, from a target and from an absolute URL", () => {
    fc.assert(
      fc.property(acceptedId, (id) => {
        expect(matchWorkflowPath(pathOf(id))).toEqual(workflow(id))
        expect(matchWorkflowPath(`${origin}/${pathOf(id)}?x=1`)).toEqual(workflow(id))
      }),
    )
  })

  test("never throws, and gives only ids that can be encoded again, or the missing one", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom("", "/", "/v1/workflows", "/v1/workflows/", `${origin}/v1/workflows/`),
        (text, start) => {
          const match = matchWorkflowPath(start + text)
          if (match.kind === "workflow" && match.id !== "") expect(matchWorkflowPath(pathOf(match.id))).toEqual(match)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test("finds nothing where a URL parser would find something else", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const url = `${origin}/v1/workflows${text}`
        const match = matchWorkflowPath(url)
        // The parser trims the ends of its input; no request line has blanks there.
        if (match.kind !== "none") expect(matchWorkflowPath(new URL(`${url}#`).href)).toEqual(match)
      }),
      { numRuns: 1000 },
    )
  })
})
