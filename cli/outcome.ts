import type { Run } from "../src/index.ts"

/** Whether a run has ended, and not well. */
export function isFailed({ status }: Run): boolean {
  return status === "failed" || status === "cancelled"
}

export function isOver({ status, endedAt }: Run): boolean {
  return endedAt !== undefined || /^(?:completed|failed|cancelled|skipped)$/.test(status)
}
