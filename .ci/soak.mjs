// `npm run soak`: what a bad network and a long time may do to events and to the process: nothing. Prints its seed; ends with 1 when
// something got lost, doubled, mixed up or left behind. The built package, on this machine only.
//
//   npm run soak -- --sends 10000 --seconds 60 --runs 500 --seed 7
import { fork } from "node:child_process"
import { getEventListeners, once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { ensureBuilt } from "./build.mjs"
import { fail, isUnderNode24 } from "./install.mjs"
import { heapUsedAfterGc } from "../test/support/heap.ts"

const callers = 32
const shareOfFaults = 0.3
const retry = { attempts: 30, minDelay: 0, maxDelay: 20 }
/** Longer than a busy machine keeps a request waiting, so that what runs out is a silence that was planned. */
const timeout = 1_000
/** What the client may hold on to in a minute: pools and caches of the runtime, nothing per send. */
const maxHeapGrowthBytes = 8 * 1024 * 1024

/** @type {string[]} */
const complaints = []

async function soak() {
  const { values } = parseArgs({
    options: {
      sends: { type: "string", default: "10000" },
      seconds: { type: "string", default: "60" },
      runs: { type: "string", default: "500" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    },
  })
  const [sends, seconds, seed] = [Number(values.sends), Number(values.seconds), Number(values.seed)]
  const runs = Number(values.runs)
  if (![sends, seconds, seed, runs].every((number) => Number.isInteger(number) && number >= 0))
    throw new Error("--sends, --seconds, --runs and --seed take whole numbers.")
  await ensureBuilt()
  process.on("warning", (warning) => complain(`the runtime warns: ${warning.message}`))
  print(`seed ${seed}`)
  await countRows(sends, seed)
  await sendForAWhile(seconds, seed)
  await killRuns(runs, seed)
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
  print(complaints.length === 0 ? "nothing lost, doubled or left behind" : `${complaints.length} complaints`)
  process.exitCode = complaints.length === 0 ? 0 : 1
}

/**
 * Runs on a server that is killed in the middle of what it writes, and started again, until all have ended.
 *
 * @param {number} count
 * @param {number} seed
 */
async function killRuns(count, seed) {
  if (count === 0) return
  const { crashRuns } = await import("../test/support/crashing-runs.ts")
  const startedMs = performance.now()
  const { kills, ends, forgotten, repeated } = await crashRuns({ runs: count, seed, maxBytes: 400_000 })
  const right = ends.get('COMPLETED {"steps":["a","b","c","d"]}') ?? 0
  if (right !== count || ends.size !== 1)
    complain(`runs: ${right} of ${count} ended right: ${JSON.stringify([...ends])}`)
  for (const step of forgotten) complain(`runs: the step ${step} was forgotten`)
  for (const step of repeated) complain(`runs: the step ${step} was recorded and ran again`)
  print(`${count} runs through ${kills} kills, ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
}

/**
 * Numbered events through a network that fails, into a server that writes to disk; counted while it runs and again from its files.
 *
 * @param {number} count
 * @param {number} seed
 */
async function countRows(count, seed) {
  const { createClient } = await import("inngest-kit")
  const { listen } = await import("inngest-kit/mocks/server")
  const { compareRows, planFaults, sendNumbers } = await import("../test/support/faulty-sends.ts")
  const { listenFaulty } = await import("../test/support/faulty-server.ts")
  const dataDir = mkdtempSync(join(tmpdir(), "inngest-kit-soak-"))
  const startedMs = performance.now()
  const server = await listen({ port: 0, dataDir })
  const network = await listenFaulty(server.port, planFaults(seed, shareOfFaults))
  try {
    const inngest = createClient({ baseURL: network.url, retry, timeout })
    const sent = await sendNumbers((event) => inngest.send(event), { count, callers })
    const rows = server.sent()
    judge("rows", compareRows(rows, sent, count), rows.length, count)
    const faults = [...network.injected].map(([fault, times]) => `${fault} ${times}`).join(", ")
    print(`${count} sends by ${callers} callers, ${network.requests} requests, faults: ${faults}`)
    await network.close()
    await server.close()

    const again = await listen({ port: 0, dataDir })
    const kept = await rowsOf(again.url, createClient)
    await again.close()
    judge("rows on disk", compareRows(kept, sent, count), kept.length, count)
    const took = ((performance.now() - startedMs) / 1000).toFixed(1)
    print(`${rows.length} rows, ${kept.length} after opening the files again, ${took} s`)
  } finally {
    await network.close()
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/**
 * @param {string} baseURL
 * @param {typeof import("inngest-kit").createClient} createClient
 */
async function rowsOf(baseURL, createClient) {
  const rows = []
  for await (const row of createClient({ baseURL }).events.list({ since: "1d" })) rows.push(row)
  return rows
}

/**
 * @param {string} what
 * @param {import("../test/support/faulty-sends.ts").Discrepancies} discrepancies
 * @param {number} rows
 * @param {number} count
 */
function judge(what, discrepancies, rows, count) {
  if (rows !== count) complain(`${what}: ${rows} instead of ${count}`)
  for (const [name, found] of Object.entries(discrepancies))
    if (found.length > 0) complain(`${what}, ${found.length} ${name}: ${found.slice(0, 5).join(", ")}`)
}

/**
 * Parallel senders, some of whose sends are aborted, against a server in a process of its own: what they leave in this one.
 *
 * @param {number} seconds
 * @param {number} seed
 */
async function sendForAWhile(seconds, seed) {
  const { createClient } = await import("inngest-kit")
  const { activeResources, planFaults, resourcesLeft } = await import("../test/support/faulty-sends.ts")
  const { listenFaulty } = await import("../test/support/faulty-server.ts")
  const child = fork(fileURLToPath(new URL("bench/embedded-server.mjs", import.meta.url)))
  const [url] = await once(child, "message")
  // By number alone, so that no attempt is remembered: what the network keeps would count as the client's.
  const plan = planFaults(seed, 0.05)
  const before = activeResources()
  const network = await listenFaulty(Number(new URL(String(url)).port), (body) => plan(body.replace(/"n":\d+/, "")))
  const inngest = createClient({ baseURL: network.url, retry, timeout })
  const shared = new AbortController()
  let sent = 0
  let aborted = 0

  /** @param {number} forMs */
  const run = async (forMs) => {
    const untilMs = performance.now() + forMs
    const one = async () => {
      while (performance.now() < untilMs) {
        if (++sent % 50 === 0) {
          const own = new AbortController()
          const sending = inngest.send({ name: "soak/aborted" }, { signal: own.signal })
          setImmediate(() => own.abort())
          await sending.catch(() => aborted++)
          if (getEventListeners(own.signal, "abort").length > 0) complain("an aborted send left a listener")
        } else await inngest.send({ name: "soak/long", data: { sent } }, { signal: shared.signal })
      }
    }
    await Promise.all(Array.from({ length: callers }, one))
  }

  try {
    await run(seconds * 100)
    const heapBefore = await heapUsedAfterGc()
    await run(seconds * 900)
    const growth = (await heapUsedAfterGc()) - heapBefore
    const listeners = getEventListeners(shared.signal, "abort").length
    await network.close()
    const left = await resourcesLeft(before)
    child.send("report")
    const [{ rows, heapUsed }] = await once(child, "message")
    print(
      `${seconds} s of ${callers} senders: ${sent} sends, ${aborted} aborted; listeners left ${listeners}, resources left ${JSON.stringify(left)}, ` +
        `heap ${megabytes(growth)} more after gc; server: ${rows} rows, heap ${megabytes(heapUsed)}`,
    )
    if (listeners > 0) complain(`${listeners} listeners are left on a signal`)
    if (Object.keys(left).length > 0) complain(`resources are left: ${JSON.stringify(left)}`)
    if (growth > maxHeapGrowthBytes) complain(`the heap grew by ${megabytes(growth)}`)
    if (rows > sent || rows < sent - aborted) complain(`${rows} rows of ${sent} sends, ${aborted} of them aborted`)
  } finally {
    await network.close()
    child.disconnect()
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`)
}

/** @param {string} line */
function complain(line) {
  if (complaints.length < 20) complaints.push(line)
}

try {
  if (await isUnderNode24(import.meta.url)) await soak()
} catch (error) {
  fail(error)
}
