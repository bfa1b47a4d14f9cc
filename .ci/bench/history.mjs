// What a past costs: the server's start and memory on a data file with many ended runs, against one on an empty file, in turns.
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const rounds = 9
const runs = 10_000

/** @returns {Promise<import("./engine.mjs").Figure[]>} */
export async function figures() {
  const directory = mkdtempSync(join(tmpdir(), "inngest-bench-"))
  try {
    const [empty, full] = [join(directory, "empty"), join(directory, "full")]
    await fill(empty, 0)
    await fill(full, runs)
    const [withNone, withMany] = [empty, full].map((dataDir) => ({ dataDir, readyMs: [0], rssBytes: [0] }))
    for (let round = 0; round < rounds; round++)
      for (const side of [withNone, withMany]) {
        if (side === undefined) continue
        const { readyMs, rssBytes } = await start(side.dataDir)
        side.readyMs.push(readyMs)
        side.rssBytes.push(rssBytes)
      }
    const [noneMs, manyMs] = [withNone, withMany].map((side) => median(side?.readyMs ?? []))
    const [noneBytes, manyBytes] = [withNone, withMany].map((side) => median(side?.rssBytes ?? []))
    return [
      { name: "ready, no ended runs", value: noneMs ?? Number.NaN, unit: "ms", goal: "at most 150" },
      {
        name: "ready, 10 000 ended runs",
        value: manyMs ?? Number.NaN,
        unit: "ms",
        goal: `at most ${((noneMs ?? 0) * 1.2).toFixed(0)}, 1.2 of that`,
      },
      { name: "memory then, no ended runs", value: (noneBytes ?? Number.NaN) / 1024 ** 2, unit: "MiB", goal: "none" },
      {
        name: "memory then, 10 000",
        value: (manyBytes ?? Number.NaN) / 1024 ** 2,
        unit: "MiB",
        goal: `at most ${(((noneBytes ?? 0) * 1.1) / 1024 ** 2).toFixed(0)}, 1.1 of that`,
      },
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * @param {string} dataDir
 * @param {number} count
 */
async function fill(dataDir, count) {
  const { listen } = await import("inngest-kit/mocks/server")
  const seed = {
    runs: Array.from({ length: count }, (_, n) => ({
      functionId: "core-ship",
      status: /** @type {const} */ ("completed"),
      event: { name: "bench/go", data: { n } },
      output: { n },
    })),
  }
  const server = await listen({ port: 0, dataDir, seed })
  await server.close()
}

/** @param {string} dataDir */
async function start(dataDir) {
  const server = fork(fileURLToPath(new URL("engine-server.mjs", import.meta.url)), [dataDir])
  const [{ readyMs }] = await once(server, "message")
  server.send("memory")
  const [{ rssBytes }] = await once(server, "message")
  const ended = once(server, "exit")
  server.disconnect()
  await ended
  return { readyMs, rssBytes }
}

/** @param {number[]} values with one in front that does not count */
function median([, ...values]) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
}
