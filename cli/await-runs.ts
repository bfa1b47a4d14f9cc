/** The runs that events start, once they have ended. */
import { type FunctionInfo, type InngestClient, type Run, isInngestKitError } from "../src/index.ts"
import { isOver } from "./outcome.ts"
import { pause } from "./pause.ts"

export interface Awaited {
  readonly runs: readonly Run[]
  /** What a person may wonder about. */
  readonly note?: string
}

/** Runs show up 250 ms after their event as a rule, later behind a backlog. @source measured, as `runs.wait` of the client */
const graceMs = 15_000

/** Said of an event that starts nothing. */
const noListener = "(no function listens to this event: see `functions`)"

/** How long a line that was sent may wait for what is only nice to know. */
const courtesyMs = 1_000

/** Where nobody knows how many runs there will be: a function's `if` may not hold. */
const shortGraceMs = 3_000

const firstLookMs = 50
const slowestLookMs = 1_000

/** @throws the signal's reason. */
export async function awaitRuns(
  client: InngestClient,
  { name, eventIds, signal }: { name: string; eventIds: readonly string[]; signal: AbortSignal },
): Promise<Awaited> {
  const listeners = await listenersOf(client, name, signal)
  if (listeners?.length === 0) return { runs: [], note: noListener }
  const sure = listeners?.filter(({ triggers }) => triggers.some((trigger) => trigger.if === undefined)).length ?? 0
  const startMs = performance.now()
  const runs = await Promise.all(eventIds.map((id) => runsOf(id)))
  const all = runs.flat()
  return all.length === 0 ? { runs: all, note: "it started no run" } : { runs: all }

  async function runsOf(eventId: string): Promise<Run[]> {
    for (let waitMs = firstLookMs; ; waitMs = Math.min(waitMs * 1.5, slowestLookMs)) {
      const found: Run[] = []
      for await (const run of client.events.runs(eventId, { signal })) found.push(run)
      const isComplete = found.length >= Math.max(sure, 1) || performance.now() - startMs > patienceMs()
      if (isComplete && found.every(isOver)) return found
      if (!(await pause(waitMs, signal))) throw signal.reason as Error
    }
  }

  function patienceMs(): number {
    return sure > 0 ? graceMs : shortGraceMs
  }
}

/** What to say when no function listens; `undefined` when one does, and where the server does not tell, or not soon. */
export async function noteOnListeners(
  client: InngestClient,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(courtesyMs)])
  const listeners = await listenersOf(client, name, patience).catch(() => undefined)
  signal.throwIfAborted()
  return listeners?.length === 0 ? noListener : undefined
}

/** `undefined` where the server does not tell. */
async function listenersOf(
  client: InngestClient,
  name: string,
  signal: AbortSignal,
): Promise<FunctionInfo[] | undefined> {
  try {
    const { data } = await client.functions.list({ signal })
    return data.filter(({ triggers }) => triggers.some(({ type, value }) => type === "event" && matches(value, name)))
  } catch (error) {
    if (isInngestKitError(error)) return undefined
    throw error
  }
}

/** `shop/*` and `shop/order.*` are triggers, too. */
export function matches(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return pattern === name
  const parts = pattern.split("*").map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join(".*")}$`, "s").test(name)
}
