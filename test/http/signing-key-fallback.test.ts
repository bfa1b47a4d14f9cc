import { afterEach, describe, expect, test, vi } from "vitest"
import { type ClientOptions, createClient } from "../../src/index.ts"
import { type FakeFetch, createFakeFetch, json } from "../support/fake-fetch.ts"
import { answerOf, vector } from "../support/inngest-vectors.ts"
import { createManualClock } from "../support/manual-clock.ts"

const options = {
  baseURL: "http://kit.test",
  signingKey: "signkey-test-old11111",
  signingKeyFallback: "signkey-test-new22222",
}

/** Knows the keys that `accepted` holds at the time; others get the recorded plain-text 401. */
function keyedServer(
  accepted: Set<string>,
  answer: () => Response = () => json({ data: [], metadata: {} }),
): FakeFetch {
  return createFakeFetch(({ headers }) =>
    accepted.has(headers.authorization ?? "") ? answer() : answerOf(vector("auth-v1-no-auth")),
  )
}
const isOld = "Bearer signkey-test-old11111"
const isNew = "Bearer signkey-test-new22222"
const sentKeys = ({ requests }: FakeFetch): (string | undefined)[] =>
  requests.map(({ headers }) => headers.authorization)
const client = ({ fetch }: FakeFetch, more: ClientOptions = {}) =>
  createClient({ ...options, retry: { attempts: 1 }, fetch, ...more })

afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

describe("a fallback signing key", () => {
  test("is tried once after a 401, and then kept, though nothing else is retried", async () => {
    const server = keyedServer(new Set([isNew]))
    const { events } = client(server)
    await events.list()
    await events.list()
    expect(sentKeys(server)).toEqual([isOld, isNew, isNew])
  })

  test("is not sent as long as the first key is known", async () => {
    const server = keyedServer(new Set([isOld, isNew]))
    await client(server).events.list()
    expect(sentKeys(server)).toEqual([isOld])
  })

  test("that is unknown as well ends in the 401, shows neither key, and is not kept", async () => {
    const accepted = new Set<string>()
    const server = keyedServer(accepted)
    const { events } = client(server)
    const error: unknown = await events.list().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ name: "AuthenticationError", status: 401 })
    expect(JSON.stringify(error)).not.toMatch(/11111|22222/)
    accepted.add(isOld)
    await events.list()
    expect(sentKeys(server)).toEqual([isOld, isNew, isOld])
  })

  test("gives way to the first key again, when only that is known", async () => {
    const accepted = new Set([isNew])
    const server = keyedServer(accepted)
    const { events } = client(server)
    await events.list()
    accepted.clear()
    accepted.add(isOld)
    await events.list()
    expect(sentKeys(server)).toEqual([isOld, isNew, isNew, isOld])
  })

  test("is settled once by calls side by side", async () => {
    const server = keyedServer(new Set([isNew]))
    const { events } = client(server)
    await Promise.all([events.list(), events.list(), events.list()])
    await events.list()
    expect(sentKeys(server).slice(0, 3)).toEqual([isOld, isOld, isOld])
    expect(sentKeys(server).slice(3)).toEqual([isNew, isNew, isNew, isNew])
  })

  test("also serves what must not happen twice: a 401 is refused before anything is done", async () => {
    const server = keyedServer(new Set([isNew]), () => json({ data: { run_id: "r1" } }))
    await expect(client(server).signals.send("approved")).resolves.toEqual({ runId: "r1" })
  })

  test("keeps its retries", async () => {
    let answers = 0
    const server = keyedServer(new Set([isNew]), () =>
      answers++ === 0 ? new Response("", { status: 503 }) : json({ data: [] }),
    )
    const clock = createManualClock()
    const { events } = client(server, { clock, retry: { attempts: 2 } })
    await expect(clock.runUntilSettled(Promise.resolve(events.list()))).resolves.toEqual({ data: [] })
    expect(sentKeys(server)).toEqual([isOld, isNew, isNew])
  })

  test("is of no use to a request with an authorization of its own, nor to states, which take the event key", async () => {
    const server = keyedServer(new Set())
    await client(server, { headers: { authorization: "Basic eHl6" } })
      .events.list()
      .catch(() => {})
    await client(server, { eventKey: "evt-33333333" })
      .workflows.load("a")
      .catch(() => {})
    expect(sentKeys(server)).toEqual(["Basic eHl6", "Bearer evt-33333333"])
  })

  test("comes from INNGEST_SIGNING_KEY_FALLBACK, alone as well", async () => {
    vi.stubEnv("INNGEST_SIGNING_KEY_FALLBACK", "signkey-test-new22222")
    const server = keyedServer(new Set([isNew]))
    const inngest = client(server, { signingKey: undefined, signingKeyFallback: undefined })
    await inngest.events.list()
    expect(sentKeys(server)).toEqual([isNew])
    expect(JSON.stringify(inngest)).not.toContain("22222")
    expect(inngest.toJSON()).toMatchObject({ signingKeyFallback: { source: "INNGEST_SIGNING_KEY_FALLBACK" } })
  })

  test("is refused in a page, and where no header holds it", () => {
    const wrong = { ...options, signingKeyFallback: "a\nb" }
    expect(() => createClient(wrong)).toThrow(expect.objectContaining({ option: "signingKeyFallback" }))
    vi.stubGlobal("window", {})
    vi.stubGlobal("document", {})
    expect(() => createClient({ ...options, signingKey: undefined })).toThrow(
      expect.objectContaining({ option: "signingKey" }),
    )
  })
})
