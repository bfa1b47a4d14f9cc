import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { historySize, openHistory, toHistoryLine } from "../../cli/history.ts"
import { makeDirectory } from "./support/shell.ts"

test("lines are there again in the next session, newest first, for the user alone", async () => {
  const file = join(makeDirectory(), "state", "dev.history")
  const first = await openHistory(file)
  await first.add("events")
  await first.add("events")
  await first.add("send a/b {\n  a: 1, // one\n  b: 'x // y',\n}")
  const second = await openHistory(file)
  expect(second.lines).toEqual(["send a/b { a: 1, b: 'x // y', }", "events"])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test.each([
  "send a/b password=x",
  "dev --event-key k --signing-key 00",
  "send a/b {apiKey: 'x'}",
  'send a/b {"client_secret": "x"}',
  "send a/b token:=1",
  "events --url http://ann:pw@host",
  "send a/b key=signkey-prod-0123",
  "dev --event-key k1 --signing-key 0123",
  "send a/b pwd=x",
  "send a/b {passphrase: 'x'}",
  "send a/b {user: {privateKey: 'x', access_key: 'y'}}",
  "send a/b db.credentials:={user: 'x'}",
  "api POST /x header='Bearer abc'",
  "send a/b cookie=x",
  " send a/b",
])("a secret is not kept: %s", (line) => {
  expect(toHistoryLine(line)).toBeUndefined()
})

test("a line that holds a key of this session is not kept", async () => {
  const file = join(makeDirectory(), "dev.history")
  const history = await openHistory(file, ["SECRETEVENTKEY1234"])
  await history.add("send a/b note=SECRETEVENTKEY1234")
  await history.add("events")
  expect(readFileSync(file, "utf8")).toBe("events\n")
})

test.each([
  "send a/b id:=7",
  "workflow load token-7",
  "events --url http://host:8288/x@y",
  "send user/password.reset id=7",
  "runs --fn reset-password",
])("is no secret: %s", (line) => {
  expect(toHistoryLine(line)).toBe(line)
})

test("a long history is cut, and one that can't be written is no obstacle", async () => {
  const file = join(makeDirectory(), "dev.history")
  writeFileSync(file, Array.from({ length: historySize * 2 + 1 }, (_value, index) => `l${index}\n`).join(""))
  const history = await openHistory(file)
  expect(history.lines).toHaveLength(historySize)
  expect(history.lines[0]).toBe(`l${historySize * 2}`)
  expect(readFileSync(file, "utf8").split("\n")).toHaveLength(historySize + 1)
  await (await openHistory("/dev/null/nowhere")).add("events")
})
