// Bodies that are small for a network and large for a heap. The server has one of 512 MiB, and would die of what it does not refuse in time.
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, test } from "vitest"

const MiB = 1024 * 1024

let child: ChildProcess
let url: string
beforeAll(async () => {
  const file = fileURLToPath(new URL("narrow-server.ts", import.meta.url))
  child = fork(file, { execArgv: ["--max-old-space-size=512"], stdio: ["ignore", "ignore", "inherit", "ipc"] })
  const [listening] = (await once(child, "message")) as [string]
  url = listening
})
afterAll(() => child.disconnect())

/** The text again and again, up to so many bytes. */
const fill = (text: string, bytes: number): string => text.repeat(Math.floor(bytes / text.length))
const lists = (bytes: number): string => `[${fill("[],", bytes)}[]]`
const objects = (bytes: number): string => `[${fill('{"a":1},', bytes)}{}]`
const numbers = (bytes: number): string => `[${fill("1,", bytes)}1]`
const event = (part: string): string => `{"name":"a","data":{"p":${part}}}`
const text = (bytes: number): string => `"${"x".repeat(bytes)}"`

const isTooLarge = /Event is over the max size: Max 3145728 bytes \/ Size 6291\d{4} bytes/
const hasTooMany = /cannot hold more than 4194304 values/

test.each<[string, string, string, () => string, number, RegExp?]>([
  ["an event of 60 MiB", "POST", "/e/key", () => event(text(60 * MiB)), 400, isTooLarge],
  ["an event of 60 MiB in a list", "POST", "/e/key", () => `[${event(text(60 * MiB))}]`, 400, isTooLarge],
  ["an event of 60 MiB of lists", "POST", "/e/key", () => event(lists(60 * MiB)), 413, hasTooMany],
  ["an event of 60 MiB of objects in a list", "POST", "/e/key", () => `[${event(objects(60 * MiB))}]`, 413, hasTooMany],
  ["20 events of 2.9 MiB of lists", "POST", "/e/key", () => listOf(20, event(lists(2.9 * MiB))), 413, hasTooMany],
  ["5000 events of 12 KiB", "POST", "/e/key", () => listOf(5_000, event(text(12 * 1024))), 200],
  ["an event of as many lists as it may hold", "POST", "/e/key", () => event(lists(2.9 * MiB)), 200],
  ["a v2 event of 60 MiB", "POST", "/v2/events", () => event(lists(60 * MiB)), 413],
  ["a state of as many lists as it may hold", "PUT", "/v1/workflows/a", () => state(lists(5.9 * MiB)), 204],
  ["a state of 60 MiB of lists", "PUT", "/v1/workflows/a", () => state(lists(60 * MiB)), 413],
  ["a state of 30 MiB of lists", "PUT", "/v1/workflows/a", () => state(lists(30 * MiB)), 413, hasTooMany],
  ["a state of 30 MiB of numbers", "PUT", "/v1/workflows/a", () => state(numbers(30 * MiB)), 413, hasTooMany],
  ["a state of 30 MiB of brackets", "PUT", "/v1/workflows/a", () => state("[".repeat(30 * MiB)), 413, hasTooMany],
  ["a state of 30 MiB of text", "PUT", "/v1/workflows/a", () => state(text(30 * MiB)), 204],
  ["a state of 10 MB with brackets in its texts", "PUT", "/v1/workflows/b", () => state(`"${"[,".repeat(5e6)}"`), 204],
  ["a signal of 60 MiB", "POST", "/v1/signals", () => `{"signal":"s","data":${lists(60 * MiB)}}`, 413],
  ["a registration of 60 MiB", "POST", "/fn/register", () => `{"appName":"a","x":${lists(60 * MiB)}}`, 413],
])("%s is answered, and what follows is, too", { timeout: 60_000 }, async (_, method, path, make, status, words) => {
  const init: RequestInit = { method, body: make() }
  const answer = await fetch(url + path, init)
  const said = await answer.text()
  expect([answer.status, said.slice(0, 300)]).toEqual([
    status,
    words === undefined ? expect.anything() : expect.stringMatching(words),
  ])
  const next = await fetch(`${url}/e/key`, { method: "POST", body: '{"name":"still/alive"}' })
  expect(next.status).toBe(200)
})

function listOf(count: number, item: string): string {
  return `[${Array.from({ length: count }, () => item).join(",")}]`
}

function state(input: string): string {
  return `{"WorkflowID":"a","Input":${input}}`
}

test.each(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
  "a form of 60 MiB is refused as %s",
  async (type) => {
    const body = fill("a&", 60 * MiB)
    const answer = await fetch(`${url}/e/key`, { method: "POST", body, headers: { "content-type": type } })
    expect(answer.status).toBe(413)
  },
)

test("a body whose length is not told is counted as well, and one that is right is kept whole", async () => {
  const send = async (body: string): Promise<number> => {
    const stream = new Blob([body]).stream()
    const init = { method: "PUT", body: stream, duplex: "half" } as RequestInit
    return (await fetch(`${url}/v1/workflows/streamed`, init)).status
  }
  expect(await send(state(lists(16 * MiB)))).toBe(413)
  const kept = `{"WorkflowID":"a","Input":${text(6 * MiB)}}`
  expect(await send(kept)).toBe(204)
  const loaded = (await (await fetch(`${url}/v1/workflows/streamed`)).json()) as { Input: string }
  expect(loaded.Input).toHaveLength(6 * MiB)
})
