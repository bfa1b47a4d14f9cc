/** What the generations of the API have in common when they write a run. */
import type { RunRow } from "../../engine/run.ts"
import { jsonOf } from "../../engine/internal-events.ts"
import { writeCursor } from "../cursor.ts"

export type RunView = Readonly<RunRow>

/** A run's output as JSON; `undefined` while there is none. Of a failure that the SDK told it is the error without the mark of its wire. */
export function outputOf({ phase }: RunView): string | undefined {
  switch (phase.kind) {
    case "completed":
      return jsonOf(phase.output)
    case "failed":
      return withoutMark(jsonOf(phase.output))
    case "cancelled":
      return "{}"
    default:
      return undefined
  }
}

function withoutMark(error: string): string {
  return error.includes('"__serialized"') ? error.replace(/"__serialized":true,|,"__serialized":true/, "") : error
}

export function startedAtOf({ phase }: RunView): number | undefined {
  return phase.kind === "queued" ? undefined : phase.startedAtMs
}

export function endedAtOf({ phase }: RunView): number | undefined {
  return phase.kind === "queued" || phase.kind === "running" ? undefined : phase.endedAtMs
}

/** Within its app: `ship-order` of `core-ship-order`. */
export function shortId(slug: string, appName: string): string {
  return slug.startsWith(`${appName}-`) ? slug.slice(appName.length + 1) : slug
}

/** Names the run, and its start in microseconds. */
export function cursorOfRun(run: RunView): string {
  return writeCursor({ id: run.id, c: { start_time: { f: "start_time", v: run.queuedAtMs * 1000 } } })
}
