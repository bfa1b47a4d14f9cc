// One data directory, several shells, and the one that owns it killed at a random moment.
import { describe, expect, test } from "vitest"
import { type RunningProcess, runProcess, startProcess } from "./support/process.ts"
import { makeDirectory } from "./support/shell.ts"

interface Listed {
  internalId: string
  data: { n: number }
}

async function list(state: string): Promise<Listed[]> {
  const { out, code, err } = await runProcess(["events", "--limit", "10000", "-o", "json"], { state })
  expect([code, err]).toEqual([0, ""])
  return (JSON.parse(out) as { data: Listed[] }).data
}

function idsIn(text: string): string[] {
  // A line that was cut off when its writer was killed was not seen by anybody.
  return text.split("\n").slice(0, -1)
}

function sendLines(from: number, count: number): string {
  return Array.from({ length: count }, (_value, index) => `send a/b n:=${from + index}\n`).join("")
}

describe("shells on one data directory", () => {
  test("a second one uses the first one's server, and the data are there when both are gone", async () => {
    const state = makeDirectory()
    const owner = startProcess(["-o", "id"], { state })
    owner.write("send a/b n:=1\n")
    await owner.until(/\n/)
    const guest = await runProcess(["send", "a/b", "n:=2", "-v", "-o", "json"], { state })
    expect(guest.err).toMatch(/embedded in another shell, http:\/\/127\.0\.0\.1:\d+ · state: its own, on disk · \d+ ms/)
    owner.write("events --get [0].data.n\n")
    await owner.until(/\n2\n/)
    owner.child.stdin?.end()
    expect((await owner.ended).code).toBe(0)
    expect((await list(state)).map(({ data }) => data.n)).toEqual([2, 1])
  })

  test("a session goes on when the owner was killed: it takes the directory over", async () => {
    const state = makeDirectory()
    const owner = startProcess(["-o", "id"], { state })
    owner.write("send a/b n:=1\n")
    await owner.until(/\n/)
    const guest = startProcess(["-o", "id"], { state })
    guest.write("send a/b n:=2\n")
    await guest.until(/^.+\n/)
    owner.child.kill("SIGKILL")
    await owner.ended
    guest.write("send a/b n:=3\nevents --fields data.n -o ndjson\n")
    await guest.until(/\{"data\.n":3\}\n\{"data\.n":2\}\n\{"data\.n":1\}\n/)
  })

  test("every acknowledged event of 200 is there once, whenever the owner is killed", { timeout: 60_000 }, async () => {
    const state = makeDirectory()
    const acknowledged: string[] = []
    const killAfter = 5 + Math.floor(Math.random() * 70)

    const owner = startProcess(["-o", "id"], { state })
    owner.write(sendLines(0, 1))
    await owner.until(/\n/)
    const guests: RunningProcess[] = [60, 120].map((from) => {
      const guest = startProcess(["-o", "id"], { state })
      guest.write(sendLines(from, from === 60 ? 60 : 65))
      guest.child.stdin?.end()
      return guest
    })
    const single = async (): Promise<void> => {
      for (let n = 185; n < 200; n++) {
        const { code, out, err } = await runProcess(["send", "a/b", `n:=${n}`, "-o", "id"], { state })
        expect([code, err], `killed after ${killAfter}`).toEqual([0, ""])
        acknowledged.push(...idsIn(out))
      }
    }
    const singles = single()
    const ownLines = sendLines(1, 59)
    owner.write(ownLines)
    await Promise.race(guests.map((guest) => guest.until(new RegExp(`^(?:.+\\n){${Math.ceil(killAfter / 2)}}`))))
    owner.child.kill("SIGKILL")
    const ended = await Promise.all([owner, ...guests].map(({ ended: end }) => end))
    await singles
    for (const { code, err } of ended.slice(1)) expect([code, err], `killed after ${killAfter}`).toEqual([0, ""])
    for (const { out } of ended) acknowledged.push(...idsIn(out))

    const events = await list(state)
    const stored = new Set(events.map(({ internalId }) => internalId))
    expect(
      acknowledged.filter((id) => !stored.has(id)),
      `killed after ${killAfter}`,
    ).toEqual([])
    // All but the owner's last lines, which nobody carried on, were taken; none of them twice.
    const numbers = events.map(({ data }) => data.n)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.filter((n) => n >= 60)).toHaveLength(140)
    expect(acknowledged.length).toBeGreaterThanOrEqual(141)
  })
})
