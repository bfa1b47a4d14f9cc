// Every exchange that was recorded from a real server, asked of ours through two doors: in process, and over a socket.
import { afterAll, describe, expect, test } from "vitest"
import { differences } from "../../../mocks/differences.ts"
import { createEngine } from "../../../mocks/engine/engine.ts"
import { createGate } from "../../../mocks/handlers/gate.ts"
import { createHandler } from "../../../mocks/handlers/index.ts"
import { toFetch } from "../../../mocks/in-process-fetch.ts"
import { createInngestMock } from "../../../mocks/index.ts"
import { listen } from "../../../mocks/server.ts"
import { systemClock } from "../../../src/shared/clock.ts"
import { systemRandom } from "../../../src/shared/random.ts"
import {
  type Door,
  type Vector,
  compare,
  fetchDoor,
  flipByte,
  groups,
  listedEvents,
  plant,
  requestOf,
  seedFor,
  socketDoor,
  vectorsOf,
} from "../../support/vector-http.ts"
import { announceDemoApp } from "./demo-app.ts"
import { needOf, outOfScope } from "./scope.ts"

const all = groups.flatMap((group) => vectorsOf(group).map((vector) => ({ group, vector })))
const asked = all.filter(({ vector }) => needOf(vector.name) === undefined)
const differing = new Set(differences.flatMap(({ vectors }) => vectors))

const alike = asked.filter(({ vector }) => !differing.has(vector.name))

/** Those of the recorded server in self-hosted mode. */
const keys = { eventKey: "evtkey123", signingKey: "0123456789abcdef0123456789abcdef" }

type Mode = "dev" | "start"

function modeOf({ mode }: Vector): Mode {
  return mode.startsWith("start") ? "start" : "dev"
}

const doors: Record<string, (mode: Mode) => Promise<{ door: Door; close: () => Promise<void> }>> = {
  "in process": async (mode) => ({
    door: fetchDoor(mode === "dev" ? createInngestMock().fetch : await fetchOfKeyed(), "http://kit.test"),
    close: async () => {},
  }),
  "over a socket": async (mode) => {
    const server = await listen({ port: 0, cors: "*", ...(mode === "dev" ? {} : keys) })
    return { door: socketDoor(server.url), close: () => server.close() }
  },
}

async function fetchOfKeyed(): Promise<typeof globalThis.fetch> {
  const engine = createEngine({ clock: systemClock, random: systemRandom })
  const gate = await createGate({ eventKeys: [keys.eventKey], signingKey: keys.signingKey })
  return toFetch(createHandler({ engine, gate }), "http://kit.test")
}

/** What came before, where the events of the answer are those of another recording. */
const before: Record<string, readonly string[]> = {
  "event-fidelity-read-1": ["event-fidelity-send"],
  "store-2-load-immediately": ["store-1-save"],
  "store-12-batch-order-read": ["store-11-batch-same-name-order"],
}

describe.each(Object.keys(doors))("%s", (name) => {
  test.each(alike)("$vector.name", async ({ vector }) => {
    expect(await differencesOf(vector, name)).toEqual([])
  })

  const other = asked.filter(({ vector }) => differing.has(vector.name))
  test.each(other)("$vector.name differs, as its row says", async ({ vector }) => {
    expect(await differencesOf(vector, name)).not.toEqual([])
  })

  test("what differs is what fixtures/inngest-http-differences.txt holds, to the letter", async () => {
    const parts: string[] = []
    for (const { vector } of other)
      parts.push([vector.name, ...(await differencesOf(vector, name))].join("\n").replaceAll("\n", "\n  "))
    await expect(`${lasting(parts.join("\n"))}\n`).toMatchFileSnapshot("../../fixtures/inngest-http-differences.txt")
  })
})

test.each([...new Set(alike.map(({ group }) => group))])(
  "a changed byte in a recording of %s is noticed",
  async (group) => {
    const sample = alike.find(({ group: each, vector }) => each === group && !differing.has(vector.name))
    if (sample === undefined) throw new Error(`nothing of ${group} is compared`)
    expect(await differencesOf(sample.vector, "in process")).toEqual([])
    expect(await differencesOf(sample.vector, "in process", flipByte(sample.vector))).not.toEqual([])
  },
)

test("internal ids from a seed are those that the real server made", async () => {
  const vector = vectorsOf("event").find(({ name }) => name === "event-seed-header") as Vector
  const { door } = await (doors["in process"] as (typeof doors)[string])("dev")
  expect((await door(requestOf(vector))).body).toBe(vector.response.body)
  expect(seedFor("01JQDAE4RQF8MBCR55T5AK4KXS")).toBe(vector.request.headers["x-inngest-event-id-seed"])
})

test("every row of the table of differences names recordings that exist, and every name out of scope does too", () => {
  const names = all.map(({ vector }) => vector.name)
  expect([...differing].filter((name) => !names.includes(name))).toEqual([])
  const patterns = outOfScope.flatMap((each) => each.names)
  const isUsed = (pattern: string): boolean =>
    names.some((name) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern))
  expect(patterns.filter((pattern) => !isUsed(pattern))).toEqual([])
  expect([...differing].filter((name) => needOf(name) !== undefined)).toEqual([])
})

afterAll(() => {
  const lines = [
    `${all.length} recordings: ${asked.length - differing.size} answered alike, ${differing.size} differ on purpose, ${all.length - asked.length} out of scope`,
    ...differences.map(
      ({ where, real, ours, reason }) => `  differs (${reason}): ${where}: real ${real}; ours ${ours}`,
    ),
    ...outOfScope.map(({ needs, names }) => `  out of scope (needs ${needs}): ${names.join(" ")}`),
  ]
  process.stdout.write(`${lines.join("\n")}\n`)
})

/** Without what is another with each run or release: the time of receipt, revisions, our version. */
function lasting(text: string): string {
  return text
    .replace(/"ts":\d{13}\b/g, '"ts":<ms>')
    .replace(/"[0-9a-f]{12}-(\d+)"/g, '"<engine>-$1"')
    .replace(/"inngest-kit\/[^"]*"/g, '"inngest-kit/<version>"')
    .replace(/[^\S\n]+$/gm, "")
}

async function differencesOf(vector: Vector, name: string, recorded: Vector = vector): Promise<string[]> {
  const { door, close } = await (doors[name] as (typeof doors)[string])(modeOf(vector))
  try {
    for (const each of before[vector.name] ?? []) {
      const request = requestOf(all.find(({ vector: other }) => other.name === each)?.vector as Vector)
      const [shown] = listedEvents(vector)
      // One event is sent at the time that its recording shows; of a list each gets its own.
      const body = String(request.body).replace(/^\{/, `{"ts":${shown?.ts ?? 0},`)
      await door({ ...request, body })
    }
    if (before[vector.name] === undefined) await prepare(door, vector)
    if (asksDemoApp(vector)) await announceDemoApp(door)
    return compare(recorded, await door(requestOf(vector)))
  } finally {
    await close()
  }
}

/** Whether the recorded answer shows the app, or judges a request as one of its functions. */
function asksDemoApp({ request, response }: Vector): boolean {
  return request.path.includes("demo-app") && !response.body?.includes("not found")
}

/** Put the events in place that the recorded answer shows, and around them others that its query must leave out. */
async function prepare(door: Door, vector: Vector): Promise<void> {
  const url = new URL(vector.request.path, "http://kit.test")
  if (vector.request.method !== "GET" || !url.pathname.startsWith("/v1/events") || vector.response.status !== 200)
    return
  const id = url.pathname.split("/")[3]
  if (vector.name === "event-get-too-early") return plant(door, decoy(id ?? "", "neg/1"))
  const shown = listedEvents(vector)
  const query = url.searchParams
  const [name, cursor] = [query.get("name"), query.get("cursor")?.toUpperCase()]
  const anyName = name ?? "decoy/x"
  const [oldest] = shown
  if (name !== null) await plant(door, decoy("01M80QNCAAAAAAAAAAAAAAAAAA", `x${name}`))
  if (query.get("received_before")?.startsWith("2020")) await plant(door, decoy("01M80QNCBBBBBBBBBBBBBBBBBB", anyName))
  // A full page leaves the older ones out.
  const isCut = vector.response.body?.includes("...<truncated") === true
  const limit = isCut ? Infinity : Number(query.get("limit"))
  if (oldest !== undefined && (shown.length === limit || query.get("limit") === "-5"))
    await plant(door, decoy("01ARZ3NDEKTSV4RRFFQ69G5FAV", anyName))
  if (cursor !== undefined && shown.length > 0 && cursor < "7Z") {
    await plant(door, decoy(cursor, anyName))
    await plant(door, decoy("06ZZZZZZZZZZZZZZZZZZZZZZZZ", anyName))
  }
  for (const event of shown) await plant(door, event)
}

function decoy(internalId: string, name: string) {
  return { internal_id: internalId, id: internalId, name, data: null, ts: 1_795_321_966_086 }
}
