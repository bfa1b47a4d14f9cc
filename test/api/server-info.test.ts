import { expect, test } from "vitest"
import { createClient } from "../../src/index.ts"
import { type Reply, createFakeFetch, json, refused } from "../support/fake-fetch.ts"
import { answerOf, vector } from "../support/inngest-vectors.ts"

/** A server by path; what is not there is a page. */
function infoOf(replies: Record<string, () => Reply>, options: { baseURL?: string } = {}): Promise<unknown> {
  const { fetch } = createFakeFetch(({ path }) => replies[path]?.() ?? new Response("<html>"))
  const retry = { attempts: 1 }
  return createClient({ baseURL: "http://kit.test", fetch, retry, ...options }).serverInfo()
}

const recorded =
  (name: string): (() => Response) =>
  () =>
    answerOf(vector(name))
const states = "/v1/workflows?limit=1"
const noStates = recorded("workflow-list")
/** What a page sees: the header that tells servers apart is not exposed to it. */
const unexposed = (reply: () => Response) => (): Response => {
  const answer = reply()
  answer.headers.delete("x-inngest-server-kind")
  return answer
}

test("a dev server tells itself and its version, and keeps no workflow states", async () => {
  await expect(infoOf({ "/dev": recorded("dev-info"), [states]: noStates })).resolves.toEqual({
    kind: "dev",
    version: "dev-",
    workflowState: false,
  })
})

test("the embedded server answers like a dev server, under its own version", async () => {
  const dev = (): Response => json({ version: "inngest-kit/0.1.0" })
  await expect(infoOf({ "/dev": dev, [states]: () => json({ data: [], page: { limit: 1 } }) })).resolves.toEqual({
    kind: "embedded",
    version: "0.1.0",
    workflowState: true,
  })
})

test.each([
  ["with the signing key", "auth-dev"],
  ["without it", "auth-dev-no-auth"],
])("a self-hosted server is known %s, in a page, too", async (_how, name) => {
  const expected = { kind: "self-hosted", workflowState: false }
  await expect(infoOf({ "/dev": recorded(name), [states]: noStates })).resolves.toEqual(expected)
  await expect(
    infoOf({
      "/dev": unexposed(recorded(name)),
      "/health": unexposed(recorded("auth-health")),
      [states]: unexposed(noStates),
    }),
  ).resolves.toEqual(expected)
})

test("the cloud is known by its address, and not asked", async () => {
  await expect(infoOf({ "/dev": () => refused() }, { baseURL: "https://api.inngest.com/" })).resolves.toEqual({
    kind: "cloud",
    workflowState: false,
  })
})

test.each<[string, () => Reply, boolean]>([
  ["a list", () => json({ data: [] }), true],
  ["a wish for a key", () => json({ error: "no" }, { status: 401 }), true],
  ["a refusal", () => json({ error: "no" }, { status: 403 }), true],
  ["a page of another server", () => new Response("<html>"), false],
  ["405", () => new Response("", { status: 405 }), false],
  ["501", () => new Response("", { status: 501 }), false],
])("%s at /v1/workflows means workflow state: %#", async (_what, reply, workflowState) => {
  await expect(infoOf({ "/dev": recorded("dev-info"), [states]: reply })).resolves.toMatchObject({ workflowState })
})

test("what is no Inngest server is said to be none", async () => {
  await expect(infoOf({})).rejects.toMatchObject({
    code: "protocol",
    message: '[GET] "http://kit.test/dev": 200; it is not an Inngest server',
  })
  const other = (): Response => new Response("404 page not found", { status: 404 })
  await expect(infoOf({ "/dev": other, [states]: other, "/health": other })).rejects.toMatchObject({ code: "protocol" })
})

test("a server in trouble, or none, is the error that any request meets", async () => {
  const down = (): Response => new Response("", { status: 503 })
  await expect(infoOf({ "/dev": down, [states]: noStates })).rejects.toMatchObject({ status: 503 })
  await expect(infoOf({ "/dev": recorded("dev-info"), [states]: down })).rejects.toMatchObject({ status: 503 })
  await expect(infoOf({ "/dev": () => refused(), [states]: () => refused() })).rejects.toMatchObject({
    code: "connection",
  })
})
