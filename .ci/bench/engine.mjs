// What the engine does in a second: runs of two steps over HTTP with the official SDK, each side in a process of its own; in process with our
// functions; a year of sleeps on the mock's clock; memory and start of the server. Figures, no ratios: nothing by hand does the same.
import { execFile, fork } from "node:child_process"
import { once } from "node:events"
import { performance } from "node:perf_hooks"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { ensureOfficialSdk, officialSdkFolder } from "../official-sdk.mjs"

const runs = 500
const rounds = 5
/** Of those over HTTP more: the SDK's process is still being compiled for some thousand runs. */
const httpRounds = 15

/** @typedef {{ name: string, value: number, unit: string, goal: string }} Figure */

/** @returns {Promise<Figure[]>} */
export async function figures() {
  await ensureOfficialSdk(async (file, args, cwd) => {
    await promisify(execFile)(file, args, { cwd })
    return 0
  })
  return [...(await overHttp()), ...(await inProcess())]
}

async function overHttp() {
  // What a container gives its process. The SDK reads its whole environment ten times for each run: one full of npm's variables, as this process
  // has it, costs it a third of its speed.
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production" }
  const server = fork(fileURLToPath(new URL("engine-server.mjs", import.meta.url)), { env })
  const [{ url, readyMs }] = await once(server, "message")
  const app = fork(fileURLToPath(new URL("engine-app.mjs", import.meta.url)), [url, officialSdkFolder()], { env })
  const [port] = await once(app, "message")
  try {
    await fetch(`http://127.0.0.1:${port}/api/inngest`, { method: "PUT" })
    const coldPerSecond = (runs / (await play(url, runs))) * 1000
    const { rssBytes } = await costOf(server)
    const perSecond = []
    const serverMs = []
    const appMs = []
    for (let round = 0; round < httpRounds; round++) {
      const before = await Promise.all([server, app].map(cpuMsOf))
      perSecond.push((runs / (await play(url, runs))) * 1000)
      const after = await Promise.all([server, app].map(cpuMsOf))
      const [ofServer, ofApp] = after.map((ms, index) => (ms - (before[index] ?? 0)) / runs)
      serverMs.push(ofServer ?? Number.NaN)
      appMs.push(ofApp ?? Number.NaN)
    }
    const single = []
    for (let round = 0; round < 20; round++) single.push(await play(url, 1, 2))
    return [
      { name: "runs over HTTP, official SDK", value: median(perSecond), unit: "runs/s", goal: "at least 400" },
      { name: "the first 500 of both processes", value: coldPerSecond, unit: "runs/s", goal: "none" },
      { name: "CPU of a run, official SDK", value: median(appMs), unit: "ms", goal: "at most 2.5: its one core" },
      { name: "CPU of a run, server", value: median(serverMs), unit: "ms", goal: "at most 2: the other core" },
      { name: "a single run over HTTP", value: median(single), unit: "ms", goal: "at most 30" },
      { name: "memory after 500 runs", value: rssBytes / 1024 ** 2, unit: "MiB", goal: "at most 128.7 (135 MB)" },
      { name: "server ready", value: readyMs, unit: "ms", goal: "at most 150" },
    ]
  } finally {
    app.disconnect()
    server.disconnect()
  }
}

/**
 * What a process says that it has cost so far.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<{ cpu: NodeJS.CpuUsage, rssBytes: number }>}
 */
async function costOf(child) {
  child.send("cost")
  const [cost] = await once(child, "message")
  return cost
}

/** @param {import("node:child_process").ChildProcess} child */
async function cpuMsOf(child) {
  const { cpu } = await costOf(child)
  return (cpu.user + cpu.system) / 1000
}

/**
 * Start runs and wait until none is left.
 *
 * @param {string} url
 * @param {number} count
 * @param {number} [pauseMs] between two looks
 */
async function play(url, count, pauseMs = 20) {
  const events = Array.from({ length: count }, (_, n) => ({ name: "bench/go", data: { n } }))
  const startedMs = performance.now()
  await fetch(`${url}/e/key`, { method: "POST", body: JSON.stringify(events) })
  for (;;) {
    const left = await (await fetch(`${url}/v2/runs?limit=1&status=RUNNING&status=QUEUED`)).json()
    if (left.data === undefined) return performance.now() - startedMs
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

async function inProcess() {
  const { createClient } = await import("inngest-kit")
  const { createFunction, eventTrigger } = await import("inngest-kit/functions")
  const { createInngestMock } = await import("inngest-kit/mocks")
  const two = createFunction({ id: "two" }, eventTrigger("bench/go"), async ({ step }) => {
    const first = await step.run("first", () => 1)
    return step.run("second", () => first + 1)
  })
  const year = createFunction({ id: "year" }, eventTrigger("bench/year"), async ({ step }) => {
    for (let month = 0; month < 12; month++) await step.sleep(`month-${month}`, "30d")
  })
  const perSecond = []
  const yearMs = []
  for (let round = 0; round < rounds; round++) {
    const inngest = createInngestMock()
    inngest.serve([two, year])
    const client = createClient({ appId: "bench", dev: true, fetch: inngest.fetch })
    await inngest.drain()
    const count = 2_500
    const startedMs = performance.now()
    await client.send(Array.from({ length: count }, (_, n) => ({ name: "bench/go", data: { n } })))
    await inngest.drain()
    perSecond.push((count / (performance.now() - startedMs)) * 1000)
    await client.send({ name: "bench/year" })
    const sentMs = performance.now()
    await inngest.clock.advance("365d")
    yearMs.push(performance.now() - sentMs)
    inngest.reset()
  }
  return [
    { name: "runs in process", value: median(perSecond), unit: "runs/s", goal: "at least 5000" },
    { name: "a year of sleeps", value: median(yearMs), unit: "ms", goal: "at most 10" },
  ]
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
}
