/** `inngest-kit/live`: reads that stay fresh, in the shape that `useSyncExternalStore` takes; by hand, or in any other framework, as well. */
import type { RunFilters } from "../api/runs.ts"
import type { InngestClient } from "../client.ts"
import type { Run } from "../protocol/run.ts"
import { type Clock, systemClock } from "../shared/clock.ts"
import type { Duration } from "../shared/duration.ts"
import { type Live, poll } from "./poll.ts"

export type { Live, LiveSnapshot } from "./poll.ts"
export type { RunFilters } from "../api/runs.ts"
export type { Run } from "../protocol/run.ts"
export type { Clock } from "../shared/clock.ts"
export type { Duration } from "../shared/duration.ts"

export interface LiveFilters extends RunFilters {
  /** The newest so many. @default 20 */
  limit?: number | undefined
}

export interface LiveOptions {
  /** From one answer to the next question. @default "2s" */
  every?: Duration | undefined
}

export interface LiveReads {
  /** The newest runs that match. Nothing is asked before the first `subscribe`. */
  runs(filters?: LiveFilters, options?: LiveOptions): Live<Run>
}

/** @param ports for tests: a clock that stands still. */
export function live(client: Pick<InngestClient, "runs">, { clock = systemClock }: { clock?: Clock } = {}): LiveReads {
  return {
    runs: (filters, { every = "2s" } = {}) =>
      poll({
        fetch: async (signal) => (await client.runs.list({ ...filters, signal })).data,
        key: (run) => run.id,
        every,
        clock,
      }),
  }
}
