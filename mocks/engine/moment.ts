/** A time as ops give it. */
import { parseDuration } from "../../src/shared/duration.ts"

/** ms since the epoch of a duration from now (`1h30m`), or of a time in RFC 3339; `undefined` when it is neither. */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const durationMs = parseDuration(text)
  if (durationMs !== undefined) return nowMs + durationMs
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(atMs) ? undefined : atMs
}
