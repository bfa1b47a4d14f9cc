import fc from "fast-check"
import { expect, test } from "vitest"
import { isSigned, signBody } from "../../src/protocol/signature.ts"
import { exchangesOf } from "../support/sdk-recordings.ts"

const signingKey = "signkey-prod-0123456789abcdef0123456789abcdef"

test("the recorded calls and answers carry the signatures that we make and accept", async () => {
  const signed = exchangesOf("signed").filter(({ headers }) => headers["x-inngest-signature"] && headers["x-run-id"])
  expect(signed).toHaveLength(2)
  for (const { headers, responseHeaders, body, responseBody } of signed)
    for (const [fields, text] of [
      [headers, serverJson(body)],
      [responseHeaders, JSON.stringify(responseBody)],
    ] as const) {
      const signature = fields["x-inngest-signature"] ?? ""
      const nowMs = Number(/t=(\d+)/.exec(signature)?.[1]) * 1000
      expect(await signBody(text, signingKey, nowMs)).toBe(signature)
      expect(await isSigned(text, signature, signingKey, nowMs)).toBe(true)
    }
})

/** As the Go server wrote it: the recording keeps the order of members. */
function serverJson(body: unknown): string {
  return JSON.stringify(body)
}

test("what was signed is valid for five minutes either way, and nothing else is", async () => {
  const body = '{"a":1}'
  const signature = await signBody(body, signingKey, 1_000_000)
  const check = (given: string | null, atMs = 1_000_000, key = signingKey, text = body) =>
    isSigned(text, given, key, atMs)
  expect(await check(signature)).toBe(true)
  expect(await check(signature, 1_300_000)).toBe(true)
  expect(await check(signature, 1_300_001)).toBe(false)
  expect(await check(signature, 699_999)).toBe(false)
  expect(await check(signature, 1_000_000, "signkey-test-ff")).toBe(false)
  expect(await check(signature, 1_000_000, signingKey, '{"a":2}')).toBe(false)
  expect(await check(null)).toBe(false)
  expect(await check("t=1&s=")).toBe(false)
  // The prefix names the environment and is no part of the key.
  expect(await check(signature, 1_000_000, signingKey.replace("prod", "branch"))).toBe(true)
})

test("a signature with anything changed is not valid", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.nat(), fc.nat({ max: 200 }), async (body, seconds, at) => {
      const signature = await signBody(body, signingKey, seconds * 1000)
      const index = at % signature.length
      const changed = signature.slice(0, index) + (signature[index] === "0" ? "1" : "0") + signature.slice(index + 1)
      expect(await isSigned(body, changed, signingKey, seconds * 1000)).toBe(false)
    }),
    { numRuns: 50 },
  )
})
