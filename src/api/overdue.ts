import { TimeoutError } from "../shared/call-errors.ts"

/** The error of a wait for a run that is still under way. Loaded with the first. */
export function overdue(run: { id: string; status: string; url: string }, timeoutMs: number): TimeoutError {
  const message = `run ${run.id} is ${run.status} after ${timeoutMs} ms`
  return new TimeoutError(message, { method: "GET", url: run.url }, timeoutMs)
}
