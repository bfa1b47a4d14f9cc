// Workflow states. A page of 50 among 100 000 states against the same page among 1000: what a list costs must not grow with the store. And
// `httpStore` against the bare requests that it makes: the same bytes to and from the same server, which is a process of its own.
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { createDatabase } from "db0"
import sqlite from "db0/connectors/node-sqlite"
import postgresql from "db0/connectors/postgresql"
import { encodeState, httpStore, memoryStore } from "inngest-kit/store"
import { sqlStore } from "inngest-kit/store/sql"
import { startPostgres } from "../services.mjs"
import { inTurn } from "./send.mjs"

/** @typedef {import("inngest-kit/store").WorkflowStore} WorkflowStore */

const [many, few] = [100_000, 1_000]
const timeoutMs = 5_000
/** Small, so that what a page costs is finding it rather than reading it. */
const small = {
  workflowId: "order-7",
  runId: "run-1",
  status: "running",
  input: { order: "o-1", total: 12.5, items: ["book", "pen"] },
}
const state = {
  ...small,
  history: Array.from({ length: 20 }, (_, id) => ({
    id,
    type: "activity_completed",
    activityName: "charge",
    durationNs: 90_000_000,
  })),
}

/** One in ten has failed. @param {number} number */
const statusOf = (number) => (number % 10 === 0 ? "failed" : "running")
/** @param {number} number */
const idOf = (number) => `wf-${String(number).padStart(6, "0")}`

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  /** @type {(() => unknown)[]} */
  const ends = []
  const stores = [await filledMemory(), await filledSqlite(ends), await filledPostgres(ends)]
  return {
    pairs: [...stores.flatMap((each) => (each === undefined ? [] : pagePairs(each))), ...(await httpPairs(ends))],
    end: () => {
      for (const end of ends) void end()
    },
  }
}

/**
 * @param {{ name: string, ours: WorkflowStore, baseline: WorkflowStore }} stores
 * @returns {import("./compare.mjs").Pair[]}
 */
function pagePairs({ name, ours, baseline }) {
  /** @type {[what: string, list: (store: WorkflowStore, count: number) => unknown][]} */
  const lists = [
    ["newest", (store) => store.list()],
    ["failed", (store) => store.list({ status: "failed" })],
    ["by id", (store) => store.list({ order: "id" })],
    ["from the middle", middle()],
  ]
  return lists.map(([what, list]) => ({
    name: `${name}, ${what}`,
    ours: { run: () => inTurn(async () => void (await list(ours, many)), 40) },
    baseline: { run: () => inTurn(async () => void (await list(baseline, few)), 40) },
  }))
}

/** A page in id order whose cursor lies in the middle of the store. */
function middle() {
  /** @type {Map<WorkflowStore, string>} */
  const cursors = new Map()
  return async (/** @type {WorkflowStore} */ store, /** @type {number} */ count) => {
    // As the stores write it: base64url of the id as JSON.
    const cursor = cursors.get(store) ?? Buffer.from(JSON.stringify(idOf(count / 2))).toString("base64url")
    cursors.set(store, cursor)
    const { data } = await store.list({ cursor })
    if (data[0]?.workflowId !== idOf(count / 2 + 1)) throw new Error(`The page begins with ${data[0]?.workflowId}.`)
  }
}

async function filledMemory() {
  const [ours, baseline] = [memoryStore(), memoryStore()]
  for (const [store, count] of /** @type {const} */ ([
    [ours, many],
    [baseline, few],
  ]))
    for (let number = 1; number <= count; number++)
      await store.save({ ...small, workflowId: idOf(number), status: statusOf(number) })
  return { name: "memory", ours, baseline }
}

/** @param {(() => unknown)[]} ends */
async function filledSqlite(ends) {
  const folder = mkdtempSync(join(tmpdir(), "inngest-kit-bench-"))
  const database = createDatabase(sqlite({ path: join(folder, "states.sqlite") }))
  ends.push(async () => {
    await database.dispose()
    rmSync(folder, { recursive: true })
  })
  const rows = (/** @type {number} */ count) =>
    `WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ${count}) SELECT 'wf-' || printf('%06d', number), iif(number % 10 = 0, 'failed', 'running'), number, replace(replace(${quoted()}, 'order-7', 'wf-' || printf('%06d', number)), '"running"', iif(number % 10 = 0, '"failed"', '"running"')) FROM numbers`
  return filled("SQLite", database, rows)
}

/** @param {(() => unknown)[]} ends */
async function filledPostgres(ends) {
  const server = await startPostgres()
  if ("missing" in server) {
    process.stderr.write(`without PostgreSQL: ${server.missing}\n`)
    return undefined
  }
  const database = createDatabase(postgresql({ url: server.url }))
  ends.push(async () => {
    await database.dispose()
    await server.stop()
  })
  const rows = (/** @type {number} */ count) =>
    `SELECT 'wf-' || lpad(number::text, 6, '0'), CASE WHEN number % 10 = 0 THEN 'failed' ELSE 'running' END, number::text, replace(replace(${quoted()}, 'order-7', 'wf-' || lpad(number::text, 6, '0')), '"running"', CASE WHEN number % 10 = 0 THEN '"failed"' ELSE '"running"' END) FROM generate_series(1, ${count}) AS number`
  return filled("PostgreSQL", database, rows)
}

function quoted() {
  return `'${encodeState(small).replaceAll("'", "''")}'`
}

/**
 * Filled by one statement each: 100 000 saves, each on disk before the next, would take minutes.
 *
 * @param {string} name
 * @param {import("inngest-kit/store/sql").SqlDatabase} database
 * @param {(count: number) => string} rows
 */
async function filled(name, database, rows) {
  const [ours, baseline] = [sqlStore(database, { table: "many" }), sqlStore(database, { table: "few" })]
  for (const [store, table, count] of /** @type {const} */ ([
    [ours, "many", many],
    [baseline, "few", few],
  ])) {
    await store.load("nobody") // makes the table
    await database.exec(`INSERT INTO ${table} (id, status, revision, document) ${rows(count)}`)
    await database.exec(`ANALYZE ${table}`)
  }
  return { name, ours, baseline }
}

/**
 * @param {(() => unknown)[]} ends
 * @returns {Promise<import("./compare.mjs").Pair[]>}
 */
async function httpPairs(ends) {
  const server = fork(fileURLToPath(new URL("store-server.mjs", import.meta.url)))
  const [baseURL] = await once(server, "message")
  ends.push(() => server.disconnect())
  const store = httpStore({ baseURL, timeout: timeoutMs })
  const url = `${baseURL}v1/workflows/${state.workflowId}`
  const body = encodeState(state)
  const headers = { "content-type": "application/json" }
  const bare = async (/** @type {RequestInit} */ init) => {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    return init.method === "PUT" ? response.arrayBuffer() : response.json()
  }
  return [
    {
      name: "save over HTTP",
      ours: { run: () => inTurn(() => store.save(state), 150) },
      baseline: { run: () => inTurn(() => bare({ method: "PUT", headers, body }), 150) },
    },
    {
      name: "load over HTTP",
      ours: { run: () => inTurn(() => store.load(state.workflowId), 150) },
      baseline: { run: () => inTurn(() => bare({ method: "GET" }), 150) },
    },
  ]
}
