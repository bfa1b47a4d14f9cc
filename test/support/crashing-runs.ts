// Runs on a server that is killed again and again: `npm test` plays it small, `npm run soak` large.
import { type ChildProcess, spawn } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import process from "node:process"
import { createInterface } from "node:readline"
import { seededRandom } from "../../src/shared/random.ts"
import { temporaryDirectory } from "./temporary-directory.ts"

export interface CrashPlan {
  /** Runs, one for each event. */
  runs: number
  seed: number
  /** The server dies after so many bytes of its log, at most. */
  maxBytes: number
}

export interface CrashReport {
  kills: number
  /** Ends by what was returned. */
  ends: Map<string, number>
  /** Steps that a call knew of, and a later one of the same run did not. */
  forgotten: string[]
  /** Steps that ran although a call had known of them. */
  repeated: string[]
}

const stepIds = ["a", "b", "c", "d"]

/** Events are sent until they are taken, by their seed; the server is started again whenever it is gone, until every run has ended. */
export async function crashRuns({ runs, seed, maxBytes }: CrashPlan): Promise<CrashReport> {
  const random = seededRandom(seed)
  const directory = temporaryDirectory()
  const file = join(directory.path, "log.db")
  const report: CrashReport = { kills: 0, ends: new Map(), forgotten: [], repeated: [] }
  const known = new Map<string, Set<string>>()

  const app = createServer((request, response) => {
    let text = ""
    request.on("data", (chunk) => (text += chunk))
    request.on("end", () => {
      const { ctx, steps } = JSON.parse(text) as { ctx: { run_id: string }; steps: Record<string, unknown> }
      const stepId = new URL(request.url ?? "/", "http://x").searchParams.get("stepId") ?? ""
      const seen = known.get(ctx.run_id) ?? new Set()
      known.set(ctx.run_id, seen)
      for (const id of seen) if (!(id in steps)) report.forgotten.push(`${ctx.run_id} ${id}`)
      for (const id of Object.keys(steps)) seen.add(id)
      const answer = answerOf(stepId, Object.keys(steps))
      if (answer.ran !== undefined && seen.has(answer.ran)) report.repeated.push(`${ctx.run_id} ${answer.ran}`)
      response.writeHead(answer.status, { "x-inngest-sdk": "js:v9.9.9", "x-inngest-req-version": "2" })
      response.end(JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve))
  const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`

  let server: { url: string; child: ChildProcess; gone: Promise<void> } | undefined
  const up = async (): Promise<string> => {
    if (server !== undefined && server.child.exitCode === null && server.child.signalCode === null) return server.url
    if (server !== undefined) report.kills++
    server = await start(file, Math.ceil(random.next() * maxBytes))
    return server.url
  }

  /** The same request until it is answered, by whichever life. */
  async function ask(path: string, init: RequestInit): Promise<unknown> {
    for (;;) {
      try {
        const response = await fetch(`${await up()}${path}`, init)
        const body: unknown = await response.json()
        if (response.ok) return body
      } catch {
        // It died over it.
        await server?.gone
      }
    }
  }

  try {
    const json = { "content-type": "application/json" }
    const runtime = { type: "http", url: `${appUrl}?fnId=app-f&stepId=step` }
    const step = { id: "step", name: "step", runtime, retries: { attempts: 20 } }
    const functions = [{ id: "app-f", name: "f", triggers: [{ event: "go" }], steps: { step } }]
    await ask("/fn/register", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ url: appUrl, appName: "app", sdk: "js:v9.9.9", functions }),
    })
    for (let n = 0; n < runs; n += 10) {
      const events = Array.from({ length: Math.min(10, runs - n) }, (_, index) => ({
        name: "go",
        data: { n: n + index },
      }))
      const eventIdSeed = `${Date.UTC(2026, 0, 31) + n},${btoa(String.fromCharCode(...random.bytes(10)))}`
      await ask("/e/key", {
        method: "POST",
        headers: { ...json, "x-inngest-event-id-seed": eventIdSeed },
        body: JSON.stringify(events),
      })
    }
    for (;;) {
      const page = (await ask("/v2/runs?limit=1&status=RUNNING&status=QUEUED", {})) as { data?: unknown[] }
      if (page.data === undefined) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    let cursor = ""
    do {
      const page = (await ask(
        `/v2/runs?limit=100&includeOutput=true${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
        {},
      )) as {
        data?: { status: string; output?: unknown }[]
        page: { cursor?: string }
      }
      for (const { status, output } of page.data ?? []) {
        const end = `${status} ${JSON.stringify(output)}`
        report.ends.set(end, (report.ends.get(end) ?? 0) + 1)
      }
      cursor = page.page.cursor ?? ""
    } while (cursor !== "")
    return report
  } finally {
    server?.child.kill("SIGKILL")
    await server?.gone
    app.close()
    app.closeAllConnections()
    directory.remove()
  }
}

interface AppAnswer {
  status: number
  body: unknown
  /** The step whose code ran. */
  ran?: string
}

/** A step, a group of two, a step. What it returns is the same for all runs. */
function answerOf(stepId: string, done: readonly string[]): AppAnswer {
  const run = (id: string): AppAnswer => ({ status: 206, body: [{ id, op: "StepRun", data: id }], ran: id })
  if (stepId !== "step") return run(stepId)
  if (!done.includes("a")) return run("a")
  if (!done.includes("b") || !done.includes("c"))
    return { status: 206, body: ["b", "c"].map((id) => ({ id, op: "StepPlanned" })) }
  if (!done.includes("d")) return run("d")
  return { status: 200, body: { steps: stepIds.filter((id) => done.includes(id)) } }
}

async function start(file: string, bytes: number): Promise<{ url: string; child: ChildProcess; gone: Promise<void> }> {
  for (;;) {
    const child = spawn(process.execPath, ["test/support/crashing-server.ts", file, String(bytes)], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()))
    const url = await new Promise<string | undefined>((resolve) => {
      createInterface({ input: child.stdout }).once("line", resolve)
      child.once("exit", () => resolve(undefined))
    })
    if (url !== undefined) return { url, child, gone }
    // It died before it listened: the next one may do more.
    bytes *= 2
  }
}
