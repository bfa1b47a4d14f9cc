// A server in self-hosted mode: who is let in, and what the rest are told.
import { createHash } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type InngestServer, listen } from "../../mocks/server.ts"
import { isConfigError } from "../../src/errors.ts"
import { createClient } from "../../src/index.ts"
import { routes } from "../../src/protocol/routes.ts"
import { httpStore } from "../../src/store/index.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"

const eventKey = "event-key-1"
const signingKey = "0123456789abcdef0123456789ABCDEF"
const hash = createHash("sha256").update(Buffer.from(signingKey, "hex")).digest("hex")

let server: InngestServer
beforeAll(async () => {
  server = await listen({ port: 0, eventKey: [eventKey, "rotated"], signingKey })
})
afterAll(() => server.close())

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(server.url + path, init)
const bearing = (key: string): RequestInit => ({ headers: { authorization: `Bearer ${key}` } })

describe("without a key", () => {
  test("nothing but the health of the server is answered, of all that its route table has", async () => {
    const answered: string[] = []
    for (const { name, method, path } of routes) {
      const answer = await ask(path.replace(/:\w+\+?/g, "x"), { method, ...(method === "GET" ? {} : { body: "{}" }) })
      if (answer.status !== 401) answered.push(`${name} ${answer.status}`)
    }
    expect(answered).toEqual(["health 200"])
  })

  test.each(["/", "/nowhere", "/v1/nowhere", "/e", "/e/", "/v1/workflows/", "//v1/workflows/x", "/debug/pprof/"])(
    "%s says no more than any other path",
    async (path) => {
      const answer = await ask(path)
      expect([answer.status, await answer.text()]).toEqual([401, "Authentication failed\n"])
    },
  )

  test("a page learns what it may send: a preflight needs no key", async () => {
    const headers = { origin: "http://localhost:3000", "access-control-request-method": "GET" }
    const answer = await ask("/v1/events", { method: "OPTIONS", headers })
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "http://localhost:3000"])
  })
})

describe("events", () => {
  const send = async (path: string, init: RequestInit = {}): Promise<number> =>
    (await ask(path, { method: "POST", body: '{"name":"a/b"}', ...init })).status

  test("are taken by any of the event keys, in the path", async () => {
    expect([await send(`/e/${eventKey}`), await send("/e/rotated")]).toEqual([200, 200])
  })

  test.each([signingKey, hash, "event-key-", "event-key-1x", "EVENT-KEY-1", "event-key-1%00", "..%2Fevent-key-1"])(
    "are not taken by %s",
    async (key) => {
      expect(await send(`/e/${key}`, bearing(eventKey))).toBe(401)
    },
  )
})

describe("the rest", () => {
  test.each([signingKey, hash, `signkey-prod-${signingKey}`, `signkey-branch_1-${hash}`])(
    "is answered to the signing key written as %s",
    async (key) => {
      expect((await ask("/v1/events", bearing(key))).status).toBe(200)
    },
  )

  test.each([
    eventKey,
    "",
    " ",
    signingKey.toLowerCase(),
    hash.toUpperCase(),
    `${signingKey}0`,
    signingKey.slice(0, -1),
    createHash("sha256").update(signingKey).digest("hex"),
    `signkey-a-b-${signingKey}`,
    `signkey-${signingKey}`,
  ])("is not answered to %j", async (key) => {
    expect((await ask("/v1/events", bearing(key))).status).toBe(401)
  })

  test("is not answered to the right key in another scheme", async () => {
    for (const authorization of [signingKey, `Basic ${signingKey}`, `Bearer: ${signingKey}`])
      expect((await ask("/v1/events", { headers: { authorization } })).status).toBe(401)
  })

  test("holds no dev info, and the keys in full for whoever has the signing key", async () => {
    expect((await ask("/dev", bearing(signingKey))).status).toBe(404)
    const keysAt = async (path: string): Promise<string[]> => {
      const { data } = (await (await ask(path, bearing(signingKey))).json()) as { data: { key: string }[] }
      return data.map(({ key }) => key)
    }
    expect(await keysAt("/v2/keys/events")).toEqual([eventKey, "rotated"])
    expect(await keysAt("/v2/keys/signing")).toEqual([signingKey])
  })
})

describe("workflow states", () => {
  test.each([eventKey, "rotated", signingKey, hash, `signkey-prod-${hash}`])(
    "are read and written by %s",
    async (key) => {
      const path = `/v1/workflows/${key}`
      const put = await ask(path, { ...bearing(key), method: "PUT", body: '{"Status":"running"}' })
      expect(put.status).toBe(204)
      expect((await ask(path, bearing(key))).status).toBe(200)
    },
  )

  test("are not shown, nor is whether there are any, to other keys", async () => {
    for (const path of ["/v1/workflows", `/v1/workflows/${eventKey}`, "/v1/workflows/absent"]) {
      const answer = await ask(path, bearing("other"))
      expect([answer.status, await answer.text()]).toEqual([401, "Authentication failed\n"])
    }
  })
})

test("this package's client and store have a whole conversation with it", async () => {
  const inngest = createClient({ baseURL: server.url, eventKey, signingKey: `signkey-prod-${signingKey}` })
  await inngest.send({ name: "keyed/event" })
  const { data } = await inngest.events.list({ name: "keyed/event" })
  expect(data.map(({ name }) => name)).toEqual(["keyed/event"])
  expect(await inngest.serverInfo()).toEqual({ kind: "self-hosted", workflowState: true })
  const store = httpStore({ baseURL: server.url, eventKey })
  await store.save({ workflowId: "keyed", status: "running" })
  expect((await store.load("keyed"))?.status).toBe("running")
  const stranger = createClient({ baseURL: server.url, eventKey: "other", signingKey: "00" })
  await expect(stranger.send({ name: "keyed/event" })).rejects.toThrow("401")
  await expect(stranger.events.list()).rejects.toThrow("401")
})

test("its controls are for whoever has the signing key", async () => {
  const controlled = await listen({ port: 0, control: true, eventKey, signingKey })
  const statusFor = async (init: RequestInit): Promise<number> =>
    (await fetch(`${controlled.url}/__mock/sent`, init)).status
  expect([await statusFor({}), await statusFor(bearing(eventKey)), await statusFor(bearing(signingKey))]).toEqual([
    401, 401, 200,
  ])
  await controlled.close()
})

describe("is not started", () => {
  test.each([
    ["without a signing key", { eventKey }, "signingKey"],
    ["without an event key", { signingKey }, "eventKey"],
    ["with no event key in the list", { eventKey: [], signingKey }, "eventKey"],
    ["with an empty list and nothing else", { eventKey: [] }, "eventKey"],
    ["with an event key that is no text", { eventKey: [undefined] as never, signingKey }, "eventKey"],
    ["with an empty event key", { eventKey: "", signingKey }, "eventKey"],
    ["with a prefix before the signing key", { eventKey, signingKey: `signkey-prod-${signingKey}` }, "signingKey"],
    ["with half a byte in the signing key", { eventKey, signingKey: "abc" }, "signingKey"],
    ["with an empty signing key", { eventKey, signingKey: "" }, "signingKey"],
  ])("%s, and says which is wrong but not what it is", async (_, keys, option) => {
    const directory = temporaryDirectory()
    const error: unknown = await listen({ port: 0, dataDir: directory.path, ...keys }).catch((each: unknown) => each)
    expect(isConfigError(error) && error.option).toBe(option)
    expect(String(error)).not.toContain(signingKey)
    // Nor is its directory taken.
    await (await listen({ port: 0, dataDir: directory.path })).close()
    directory.remove()
  })
})
