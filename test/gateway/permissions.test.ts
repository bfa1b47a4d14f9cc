import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isConfigError } from "../../src/index.ts"
import { type Permission, isWithin, matchesPattern, parseAllow, permissions } from "../../src/gateway/permissions.ts"

const faultOf = (allow: unknown): string => {
  try {
    parseAllow(allow as Permission[])
    return "none"
  } catch (error) {
    return isConfigError(error) ? `${error.option}: ${error.message}` : "of another kind"
  }
}

describe("what is allowed", () => {
  test("a name allows itself alone", () => {
    expect([...parseAllow(["runs.read"])]).toEqual([["runs.read", { kind: "all" }]])
  })

  test("a wildcard allows every permission of its noun, and no other", () => {
    expect([...parseAllow(["workflows.*"]).keys()]).toEqual(
      Object.keys(permissions).filter((name) => name.startsWith("workflows.")),
    )
  })

  test("patterns of one permission add up, and the bare name goes beyond them, in any order", () => {
    const two = parseAllow(["events.send:shop/*", "events.send:api/*"]).get("events.send")
    expect(two).toEqual({ kind: "some", patterns: ["shop/*", "api/*"] })
    expect(parseAllow(["events.send", "events.send:api/*"]).get("events.send")).toEqual({ kind: "all" })
    expect(parseAllow(["events.send:api/*", "events.*"]).get("events.send")).toEqual({ kind: "all" })
  })

  test("nothing is allowed by an empty list", () => {
    expect(parseAllow([]).size).toBe(0)
  })

  test.each([
    "*",
    "*.read",
    "event.send",
    "events",
    "events.",
    ".*",
    "events.*:shop/*",
    "events.send:",
    "events.read:shop/*",
    "runs.cancel:*",
    "Events.send",
    " events.send",
    "constructor",
    "__proto__",
    "toString.*",
    "",
    "runs.*.read",
    "runs.**",
    undefined,
    null,
    5,
    {},
  ])("%j is no permission, and says so at once", (entry) => {
    expect(faultOf([entry])).toBe(`allow: allow: ${JSON.stringify(String(entry))} is no permission`)
  })

  test.each(["events.*", undefined, null, { 0: "events.*" }])("a list is needed, not %j", (allow) => {
    expect(faultOf(allow)).toBe("allow: allow: must be a list of permissions")
  })
})

describe("patterns", () => {
  test.each([
    [
      "shop/*",
      ["shop/paid", "shop/", "shop/a/b", "shop/*", "shop/\n"],
      ["shop", "Shop/paid", "shopper/paid", "/shop/x", ""],
    ],
    ["shop/paid", ["shop/paid"], ["shop/paid ", "shop/paid\0", "shop/pai", "shop/paid/x"]],
    ["*", ["", "a", "a/b", "*"], []],
    ["*.created", ["a.created", ".created"], ["a.created.x", "created"]],
    ["a*a", ["aa", "aba", "aaa"], ["a", "ab", "ba"]],
    ["a*b*c", ["abc", "axbxc", "abbc", "abcbc"], ["ac", "acb", "ab", "bc"]],
    ["**", ["", "a"], []],
    ["core-?", ["core-?"], ["core-a"]],
    ["[a-z]*", ["[a-z]x"], ["abc"]],
    ["a.b", ["a.b"], ["axb"]],
    ["café/*", ["café/x"], ["cafe\u0301/x"]],
  ])("%s", (pattern, within, outside) => {
    expect(within.filter((text) => !matchesPattern(pattern, text))).toEqual([])
    expect(outside.filter((text) => matchesPattern(pattern, text))).toEqual([])
  })

  test("mean what a regular expression with .* in place of each * means", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "\n") })
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const source = pattern
          .split("*")
          .map((part) => part.replace(/\W/g, "\\$&"))
          .join("[^]*")
        expect(matchesPattern(pattern, text)).toBe(new RegExp(`^${source}$`).test(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test("are quick, however many stars and letters", () => {
    expect(matchesPattern(`${"a*".repeat(2_000)}b`, "a".repeat(100_000))).toBe(false)
  })

  test("something is within what is allowed as a whole, nothing within what is not", () => {
    expect([isWithin({ kind: "all" }, "x"), isWithin({ kind: "none" }, "x")]).toEqual([true, false])
  })
})
