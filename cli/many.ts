/** Doing one thing to many: side by side, and each failure kept with its id. */
import type { Context } from "./command.ts"
import { CommandError } from "./command-error.ts"
import { createProgress } from "./progress.ts"
import type { Failed } from "./result.ts"

/** Requests of one command that are under way at a time. */
export const sideBySide = 8

export interface FailedWith extends Failed {
  /** Not in any document. */
  readonly error: Error
}

/** @throws the signal's reason. */
export async function inParts(
  ids: readonly string[],
  context: Context,
  work: (id: string) => Promise<void>,
): Promise<FailedWith[]> {
  const failed: FailedWith[] = []
  const waiting = [...ids]
  const progress = createProgress(context, "done", ids.length)
  let done = 0
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await work(id)
      } catch (error) {
        context.signal.throwIfAborted()
        const failure = error instanceof Error ? error : new Error(String(error))
        failed.push(Object.defineProperty({ id, message: failure.message }, "error", { value: failure }) as FailedWith)
      }
      done++
      if (ids.length > sideBySide) progress.at(done)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(sideBySide, ids.length) }, worker))
  } finally {
    if (ids.length > sideBySide) progress.end()
  }
  const order = new Map(ids.map((id, index) => [id, index]))
  return failed.toSorted((left, right) => (order.get(left.id) ?? 0) - (order.get(right.id) ?? 0))
}

/** Of those that failed: whether others were done, and where none was, why. */
export function kindOfFailed(failed: readonly FailedWith[], total: number): "partial" | "not-found" | "failed" {
  if (failed.length < total) return "partial"
  const isGone = ({ error }: FailedWith): boolean => error instanceof CommandError && error.kind === "not-found"
  return failed.every(isGone) ? "not-found" : "failed"
}

const shownIds = 5

/** ``01M8… 01M8…  (+9, `runs …` lists them)`` */
export function idPreview(ids: readonly string[], list: string): string {
  const more = ids.length - shownIds
  return `${ids.slice(0, shownIds).join(" ")}${more > 0 ? `  (+${more}, \`${list}\` lists them)` : ""}`
}
