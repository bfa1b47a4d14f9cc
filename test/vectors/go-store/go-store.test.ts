import { describe, expect, test } from "vitest"
import { isConnectionError, isTimeoutError } from "../../../src/errors.ts"
import { decodeState, encodeState } from "../../../src/protocol/workflow.ts"
import { equalJson, parseJson } from "../../../src/shared/json.ts"
import { createStoreHandler, httpStore, memoryStore } from "../../../src/store/index.ts"
import { workflowIds } from "../../conformance/ids.ts"
import { createFakeFetch } from "../../support/fake-fetch.ts"
import {
  type GoGroup,
  type GoVector,
  goGroups,
  goVector,
  goVectors,
  idOf,
  requestBytes,
  stepsOf,
  utf8,
} from "../../support/go-vectors.ts"
import { createManualClock } from "../../support/manual-clock.ts"
import { normalisePorts } from "../../support/normalise.ts"
import { startReplay } from "../../support/replay-server.ts"
import { type Side, differences, notApplicable, otherGroups } from "./differences.ts"
import { runClient } from "./run-client.ts"
import { runServer } from "./run-server.ts"

/** Three calls each, of a client that no server answers; they have tests of their own below. */
const unanswered = ["base-default", "client-timeout", "conn-refused"]

const all = goGroups.flatMap((group) => goVectors(group).map((vector) => ({ group, vector })))
const isSent = (vector: GoVector): boolean => stepsOf(vector).some(({ request }) => request !== null)
const isAbout = (side: Side, { name, ...vector }: GoVector): boolean =>
  !unanswered.includes(name) &&
  !notApplicable.some((each) => each.side === side && each.vector === name) &&
  (side === "client" || isSent({ name, ...vector }))

const runners = { client: runClient, server: runServer }

describe.each(["client", "server"] as const)("%s", (side) => {
  const run = runners[side]
  const rowOf = (name: string) => differences.find((row) => row.side === side && row.vector === name)
  const about = all.filter(({ vector }) => isAbout(side, vector))

  test.each(
    about.filter(({ vector }) => rowOf(vector.name) === undefined).map(({ vector }) => [vector.name, vector] as const),
  )("%s is as in Go", async (_name, vector) => {
    expect(await run(vector)).toEqual([])
  })

  const other = about.flatMap(({ vector }) => {
    const row = rowOf(vector.name)
    return row === undefined ? [] : [[vector.name, row.note, vector] as const]
  })
  test.each(other)("%s differs on purpose: %s", async (_name, _note, vector) => {
    expect(await run(vector)).not.toEqual([])
  })

  test(`what differs is what fixtures/go-${side}-differences.txt holds, to the letter`, async () => {
    const parts: string[] = []
    for (const [name, , vector] of other)
      parts.push(normalisePorts([name, ...(await run(vector))].join("\n").replaceAll("\n", "\n  ")))
    // Why a connection ended is in the runtime's words.
    const text = parts.join("\n").replace(/no response \([^)]*\)/g, "no response (…)")
    await expect(`${text}\n`).toMatchFileSnapshot(`../../fixtures/go-${side}-differences.txt`)
  })
})

describe("calls that nobody answers", () => {
  const texts = (name: string): string[] => (goVector(name).outcome.errors ?? []).map(({ text }) => text)

  test("base-default: the default URL, and the failure's own text behind Go's", async () => {
    const { fetch, requests } = createFakeFetch([new Error("fake transport down")])
    const store = httpStore({ fetch, retry: { attempts: 1 } })
    const errors = await failures(store)
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(goVector("base-default").request?.urls)
    for (const [index, text] of texts("base-default").entries()) {
      expect(errors[index]?.message.startsWith(text.replace("fake transport down", ""))).toBe(true)
      expect(errors[index]?.message).toContain("fake transport down")
    }
  })

  test("conn-refused: nothing listens", async () => {
    const server = await startReplay([])
    await server.close()
    const errors = await failures(httpStore({ baseURL: `http://${server.host}`, retry: { attempts: 1 } }))
    for (const [index, text] of texts("conn-refused").entries()) {
      expect(errors[index]?.message.startsWith(prefixOf(text))).toBe(true)
      expect(normalisePorts(errors[index]?.message ?? "")).toContain("<host>/v1/workflows/wf-d")
      expect(isConnectionError(errors[index]?.cause)).toBe(true)
    }
  })

  test("client-timeout: a timeout of the client's", async () => {
    const clock = createManualClock()
    const { fetch } = createFakeFetch(["hang"])
    const store = httpStore({ fetch, clock, timeout: 60, retry: { attempts: 1 } })
    const errors = await clock.runUntilSettled(failures(store))
    for (const [index, text] of texts("client-timeout").entries()) {
      expect(errors[index]?.message.startsWith(prefixOf(text))).toBe(true)
      expect(isTimeoutError(errors[index]?.cause)).toBe(true)
    }
  })

  const prefixOf = (text: string): string => /^inngest\/\w+: request: /.exec(text)?.[0] ?? text

  async function failures(store: ReturnType<typeof httpStore>): Promise<Error[]> {
    const outcomes = await Promise.allSettled([
      store.save({ workflowId: "wf-d" }),
      store.load("wf-d"),
      store.delete("wf-d"),
    ])
    return outcomes.map((outcome) =>
      outcome.status === "rejected" ? (outcome.reason as Error) : new Error("it succeeded"),
    )
  }
})

describe("documents that Go wrote", () => {
  const written = all.flatMap(({ vector }) =>
    stepsOf(vector)
      .filter(({ request }) => request?.method === "PUT")
      .map((step, index) => [`${vector.name} ${index + 1}`, utf8(requestBytes(step))] as const),
  )

  test.each(written)("%s: read and written again, it means the same, in the same order of keys", (_name, document) => {
    const ours = encodeState(decodeState(document))
    const [a, b] = [parseJson(document), parseJson(ours)]
    expect(a.ok && b.ok && equalJson(a.value, b.value)).toBe(true)
    expect(keysOf(ours)).toEqual(keysOf(document))
  })

  test("are more than a hundred", () => {
    expect(written.length).toBeGreaterThan(100)
  })

  function keysOf(document: string): string[][] {
    const { History, ...state } = JSON.parse(document) as { History: object[] | null }
    return [Object.keys({ ...state, History }), ...(History ?? []).map((entry) => Object.keys(entry))]
  }
})

describe("targets with raw dots", () => {
  const names = notApplicable
    .filter(({ vector, side }) => side === "server" && /dot/.test(vector))
    .map(({ vector }) => vector)

  test.each(names)("%s is answered 4xx and touches nothing", async (name) => {
    const store = memoryStore()
    const handler = createStoreHandler(store)
    for (const { request } of stepsOf(goVector(name))) {
      if (request === null) continue
      const { method, target, body = "" } = request
      // As Node and Bun show it, resolved, and as Deno does, raw.
      const parsed = new Request(`http://127.0.0.1:8288${target}`, { method, ...(method === "PUT" ? { body } : {}) })
      const raw = Object.defineProperty(parsed.clone(), "url", { value: `http://127.0.0.1:8288${target}` })
      for (const each of [parsed, raw]) {
        const { status } = await handler(each)
        expect(status >= 400 && status < 500, `${method} ${each.url}: ${status}`).toBe(true)
      }
    }
    expect((await store.list()).data).toEqual([])
  })
})

describe("the comparison", () => {
  const flips: [side: Side, group: GoGroup, vector: string, from: string, to: string][] = [
    ["client", "auth", "auth-key", '"Bearer evt_key-123"', '"Bearer evt_key-124"'],
    ["client", "base", "base-path", '"target":"/api/v1/workflows/wf-b"', '"target":"/api/v1/workflows/wf-c"'],
    ["client", "body", "body-status-paused", '\\"Status\\":\\"paused\\"', '\\"Status\\":\\"pauSed\\"'],
    ["client", "ctx", "ctx-canceled-load", "context canceled", "contexT canceled"],
    ["client", "event", "event-timer-fired", '\\"Duration\\":90000000000', '\\"Duration\\":90000000001'],
    ["client", "id", "id-slash", '"target":"/v1/workflows/a/b"', '"target":"/v1/workflows/a/c"'],
    [
      "client",
      "reply",
      "reply-go-shape",
      '"remarshalled":"{\\"WorkflowID\\":\\"wf-l',
      '"remarshalled":"{\\"WorkflowID\\":\\"wf-m',
    ],
    ["client", "list", "list-status-move", '"idsSorted":["a"]', '"idsSorted":["b"]'],
    ["client", "status", "status-save-500", "inngest/save: status 500", "inngest/save: status 501"],
    ["client", "time", "time-event", "05.987654321+01:00", "05.987654322+01:00"],
    ["client", "value", "value-int-2e53-plus1", '\\"Input\\":9007199254740993', '\\"Input\\":9007199254740992'],
    ["server", "auth", "auth-unicode", '\\"RunID\\":\\"run-1', '\\"RunID\\":\\"run-2'],
    ["server", "base", "base-trailing-slash", '\\"WorkflowID\\":\\"wf-b', '\\"WorkflowID\\":\\"wf-c'],
    ["server", "body", "body-history-empty", '\\"WorkflowID\\":\\"wf-nilhist', '\\"WorkflowID\\":\\"wf-nilhisT'],
    ["server", "ctx", "ctx-deadline-save", '\\"Status\\":\\"running', '\\"Status\\":\\"runninG'],
    ["server", "event", "event-workflow-failed", '\\"Error\\":\\"boom', '\\"Error\\":\\"booM'],
    ["server", "id", "id-emoji", '\\"RunID\\":\\"run-1', '\\"RunID\\":\\"run-2'],
    ["server", "list", "list-filters", '\\"Status\\":\\"completed', '\\"Status\\":\\"completeD'],
    ["server", "redirect", "redirect-save-301", "07.123456789Z", "07.123456788Z"],
    ["server", "reply", "reply-go-shape", '\\"Input\\":{\\"a\\":1}', '\\"Input\\":{\\"a\\":2}'],
    ["server", "status", "status-load-200", '\\"RunID\\":\\"r\\"', '\\"RunID\\":\\"R\\"'],
    ["server", "time", "time-zone-new-york", "12:00:00-04:00", "12:00:00-04:01"],
    ["server", "value", "value-floats", "-0,100,", "+0,100,"],
  ]

  test.each(flips)(
    "of the %s notices one byte of group %s that is another: %s",
    async (side, _group, name, from, to) => {
      const vector = goVector(name)
      expect([...from].filter((letter, index) => letter !== to[index])).toHaveLength(1)
      // The first of the texts that are compared; the call and what came of it are left as they are.
      const { go, ...recorded } = vector
      const text = JSON.stringify(recorded)
      expect(text.includes(from), `no ${from} in ${name}`).toBe(true)
      const changed = { go, ...JSON.parse(text.replaceAll(from, to)) } as GoVector
      expect(await runners[side](vector, vector)).toEqual([])
      expect(await runners[side](vector, changed)).not.toEqual([])
    },
  )

  test("is proved so for every group and side that is compared", () => {
    const proved = new Set(flips.map(([side, group]) => `${side} ${group}`))
    const compared = (["client", "server"] as const).flatMap((side) =>
      goGroups
        .filter((group) =>
          goVectors(group).some(
            (vector) =>
              isAbout(side, vector) && !differences.some((row) => row.side === side && row.vector === vector.name),
          ),
        )
        .map((group) => `${side} ${group}`),
    )
    expect(compared.filter((each) => !proved.has(each))).toEqual([])
  })
})

describe("the tables", () => {
  test("name vectors that exist, each once on a side", () => {
    const names = new Set(all.map(({ vector }) => vector.name))
    const listed = [...differences, ...notApplicable]
    expect(listed.filter(({ vector }) => !names.has(vector))).toEqual([])
    const keys = listed.map(({ side, vector }) => `${side} ${vector}`)
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })

  test("are as long as they are known to be", () => {
    expect({
      recorded: all.length + otherGroups.reduce((sum, { vectors }) => sum + vectors, 0),
      here: all.length,
      client: countsOf("client"),
      server: countsOf("server"),
      withoutRequest: all.filter(({ vector }) => !isSent(vector)).length,
    }).toMatchInlineSnapshot(`
      {
        "client": {
          "asInGo": 291,
          "differ": 64,
          "notApplicable": 20,
        },
        "here": 378,
        "recorded": 422,
        "server": {
          "asInGo": 325,
          "differ": 3,
          "notApplicable": 7,
        },
        "withoutRequest": 42,
      }
    `)
  })

  function countsOf(side: Side): Record<string, number> {
    const differ = differences.filter((row) => row.side === side).length
    const run = all.filter(({ vector }) => isAbout(side, vector)).length
    const listed = notApplicable.filter((row) => row.side === side).length
    return { asInGo: run - differ, differ, notApplicable: listed }
  }

  test("the suite for stores takes every id that Go was given", () => {
    const given = goVectors("id").flatMap((vector) => stepsOf(vector).map(({ go }) => idOf(go)))
    const missing = given.filter((id) => id !== "" && id !== "." && id !== ".." && !workflowIds.includes(id))
    expect([...new Set(missing)].filter((id) => id !== "asked")).toEqual([])
  })
})
