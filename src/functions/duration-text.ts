/** Durations as the server's Go code reads them. */
import { invalid } from "../shared/validation-error.ts"
import { type Duration, parseDuration, unitMs } from "../shared/duration.ts"

/**
 * `1h30m`, `500ms`: no unit above hours, since Go knows none.
 *
 * @param path what the duration is, for the error.
 * @throws ValidationError for what is no duration.
 */
export function toDurationText<Given extends Duration | undefined>(
  duration: Given,
  path: string,
): string | (Given & undefined)
export function toDurationText(duration: Duration | undefined, path: string): string | undefined {
  if (duration === undefined) return undefined
  const durationMs = parseDuration(duration)
  if (durationMs === undefined)
    throw invalid(path, `${JSON.stringify(duration)} is no duration ("30s", "3d", or a number of ms)`)
  let text = ""
  let restMs = Math.floor(durationMs)
  for (const unit of ["h", "m", "s", "ms"] as const) {
    const amount = Math.floor(restMs / unitMs[unit])
    restMs -= amount * unitMs[unit]
    if (amount > 0) text += `${amount}${unit}`
  }
  return text || "0s"
}

/**
 * How long to sleep: whole seconds, at least one.
 *
 * @source measured (recording `sleep`): `1500ms` is reported as `1s`
 */
export function toSleepText(duration: Duration): string {
  const durationMs = parseDuration(duration)
  return toDurationText(
    durationMs === undefined ? duration : Math.max(1_000, durationMs - (durationMs % 1_000)),
    "sleep",
  )
}

/**
 * A time as RFC 3339.
 *
 * @throws ValidationError for what is no time.
 */
export function toTimeText(time: Date | string | number, path: string): string {
  try {
    return new Date(time).toISOString()
  } catch {
    throw invalid(path, `${JSON.stringify(time)} is no time`)
  }
}
