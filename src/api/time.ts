import { invalid } from "../shared/validation-error.ts"
import { type Duration, parseDuration } from "../shared/duration.ts"

/**
 * RFC 3339, which servers read; epoch numbers they refuse.
 *
 * @param given a duration ago, a time as text, or a Date.
 * @throws ValidationError naming the option.
 */
export function toTime(option: string, given: Duration | Date, nowMs: number): string {
  const agoMs = given instanceof Date ? undefined : parseDuration(given)
  // Verbatim, since a Date would cut it to milliseconds.
  if (typeof given === "string" && agoMs === undefined && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(given))
    return given
  const time = agoMs === undefined ? new Date(given) : new Date(nowMs - agoMs)
  if (Number.isNaN(time.getTime())) {
    const message = `"${String(given)}" is neither a duration ("2h"), nor a time (2026-01-31T12:00:00Z), nor a Date`
    throw invalid(option, message)
  }
  return time.toISOString()
}

/** `undefined` stays. */
export function toTimeIf(option: string, given: Duration | Date | undefined, nowMs: number): string | undefined {
  return given === undefined ? undefined : toTime(option, given, nowMs)
}
