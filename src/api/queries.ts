/** Reads as a key and a function, the way TanStack Query, SWR and their kin take them. */
import type { Run } from "../protocol/run.ts"
import type { Page } from "../shared/page.ts"
import type { RunsApi, RunsListOptions } from "./runs.ts"

export interface Query<T> {
  /** The same for the same question to the same server. Holds no key of yours. */
  readonly queryKey: readonly unknown[]
  /** Ends with its signal. */
  queryFn(context?: { signal?: AbortSignal | undefined }): Promise<T>
}

export interface Queries {
  readonly runs: {
    /** One page of runs. */
    list(options?: Omit<RunsListOptions, "signal">): Query<Page<Run>>
    /** One run, or `null`. */
    get(id: string): Query<Run | null>
  }
}

/** @param apiURL sets the keys of two clients apart. */
export function createQueries(runs: RunsApi, apiURL: string): Queries {
  const query = <T>(
    parts: readonly unknown[],
    fetch: (signal: AbortSignal | undefined) => PromiseLike<T>,
  ): Query<T> => ({
    queryKey: ["inngest", apiURL, "runs", ...parts],
    queryFn: async ({ signal } = {}) => fetch(signal),
  })
  return {
    runs: {
      list: (options = {}) => query(["list", options], (signal) => runs.list({ ...options, signal })),
      get: (id) => query(["get", id], (signal) => runs.get(id, { signal })),
    },
  }
}
