// Sends what it reads on stdin through this runtime's fetch and writes what came back as one line of JSON.
// Runs in Node, Bun and Deno.
import process from "node:process"
import { METHODS } from "./seen.ts"
import type { Seen } from "./seen.ts"

export interface ClientInput {
  readonly origins: Readonly<Record<string, string>>
  readonly ids: readonly string[]
  readonly paths: readonly string[]
}

/** What became of one request: a handler saw it, or `refused` says how it was stopped (status, or error name). */
export type Outcome = { readonly seen: Seen } | { readonly refused: string }

/** Per server and input, one outcome for each of `METHODS`. */
export type ClientOutput = Record<string, { ids: Outcome[][]; paths: Outcome[][] }>

/** Send one request and say what became of it. */
export async function attempt(url: () => string, method: string): Promise<Outcome> {
  try {
    const response = await fetch(url(), { method, redirect: "manual", ...(method === "PUT" && { body: "{}" }) })
    const text = await response.text()
    return response.ok ? { seen: JSON.parse(text) as Seen } : { refused: String(response.status) }
  } catch (error) {
    return { refused: error instanceof Error ? error.name : String(error) }
  }
}

/** Send one input with each of `METHODS`, in turn. */
export async function attemptAll(url: () => string): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const method of METHODS) outcomes.push(await attempt(url, method))
  return outcomes
}

async function inTurn<T>(inputs: readonly T[], send: (input: T) => Promise<Outcome[]>): Promise<Outcome[][]> {
  const results: Outcome[][] = []
  for (const input of inputs) results.push(await send(input))
  return results
}

async function run(input: ClientInput): Promise<ClientOutput> {
  const servers = Object.entries(input.origins).map(async ([server, origin]) => {
    const ids = await inTurn(input.ids, (id) => attemptAll(() => `${origin}/v1/workflows/${encodeURIComponent(id)}`))
    const paths = await inTurn(input.paths, (path) => attemptAll(() => origin + path))
    return [server, { ids, paths }] as const
  })
  return Object.fromEntries(await Promise.all(servers))
}

if (import.meta.main) {
  let text = ""
  process.stdin.setEncoding("utf8")
  for await (const chunk of process.stdin) text += chunk
  console.log(JSON.stringify(await run(JSON.parse(text) as ClientInput)))
}
