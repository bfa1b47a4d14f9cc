import type { Run } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { runFilters } from "../run-filters.ts"
import type { Result } from "../result.ts"
import { tail } from "../tail.ts"

/** A line when a run is queued and one for each change of its status. Ends with Ctrl-C, and that is no failure. */
export async function run({ flags }: Call, context: Context): Promise<Result> {
  const { signal, view } = context
  const filters = runFilters(flags)
  const client = await context.client()
  const all: Run[] = []
  /** Runs that go on are looked at from where the oldest of them was queued. */
  const open = new Map<string, number>()
  const count = await tail<Run>(
    {
      everyMs: flags.number("every") ?? 1_000,
      sinceMs: flags.number("since"),
      limit: flags.number("limit") ?? Number.POSITIVE_INFINITY,
      keyOf: ({ id, status }) => `${id} ${status}`,
      look: async (sinceMs) => {
        const found: Run[] = []
        const from = new Date(Math.min(sinceMs, ...open.values()))
        try {
          for await (const each of client.runs.list({ ...filters, since: from, signal })) found.push(each)
        } catch (error) {
          // It was told to end while it looked.
          if (!signal.aborted) throw error
        }
        for (const { id, endedAt, queuedAt } of found) {
          if (endedAt === undefined) open.set(id, Date.parse(queuedAt ?? from.toISOString()))
          else open.delete(id)
        }
        // Newest first by the time that is shown.
        return found.toSorted((left, right) => shownMs(right) - shownMs(left))
      },
      show: async (runs) => {
        if (view.format === "json") all.push(...runs)
        else await context.show({ type: "tailedRuns", data: runs })
      },
    },
    context,
  )
  if (view.format === "json") return { type: "runs", data: all }
  if (context.terminal.showsWords) await context.note(`stopped after ${count} ${count === 1 ? "line" : "lines"}`)
  return { type: "none", data: null, isShown: true }
}

function shownMs({ endedAt, startedAt, queuedAt }: Run): number {
  return Date.parse(endedAt ?? startedAt ?? queuedAt ?? "") || 0
}
