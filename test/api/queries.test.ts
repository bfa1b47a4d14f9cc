import { expect, test } from "vitest"
import { createClient } from "../../src/index.ts"
import { createFakeFetch } from "../support/fake-fetch.ts"
import { serverOf, vector } from "../support/inngest-vectors.ts"

test("a query is a key and a function, and asks nothing before it is called", async () => {
  const { fetch, requests } = serverOf(vector("v2-runs-status-filter"))
  const { queries } = createClient({ baseURL: "http://kit.test", signingKey: "signkey-test-12345678", fetch })
  const query = queries.runs.list({ status: ["failed"], limit: 1 })
  expect(query.queryKey).toEqual(["inngest", "http://kit.test", "runs", "list", { status: ["failed"], limit: 1 }])
  expect(JSON.stringify(query)).not.toContain("12345678")
  expect(requests).toEqual([])
  await expect(query.queryFn()).resolves.toMatchObject({ data: [{ status: "failed" }] })
  await expect(query.queryFn({ signal: new AbortController().signal })).resolves.toMatchObject({ data: [{}] })
  expect(requests).toHaveLength(2)
})

test("the same question has the same key, another one or another server another", () => {
  const keys = ["http://a.test", "http://b.test"].flatMap((baseURL) => {
    const { queries } = createClient({ baseURL })
    const asked = [
      queries.runs.list(),
      queries.runs.list({ limit: 5 }),
      queries.runs.get("x"),
      queries.runs.list({ limit: 5 }),
    ]
    return asked.map(({ queryKey }) => JSON.stringify(queryKey))
  })
  expect(new Set(keys).size).toBe(6)
})

test("one run can be null", async () => {
  const { fetch } = serverOf(vector("v2-run-unknown"))
  await expect(
    createClient({ baseURL: "http://kit.test", fetch }).queries.runs.get("01ARZ3NDEKTSV4RRFFQ69G5FAV").queryFn(),
  ).resolves.toBeNull()
})

test("a query ends with its signal", async () => {
  const { fetch } = createFakeFetch(["hang"])
  const controller = new AbortController()
  const asked = createClient({ baseURL: "http://kit.test", fetch })
    .queries.runs.list()
    .queryFn({ signal: controller.signal })
  controller.abort("gone")
  await expect(asked).rejects.toBe("gone")
})
