/** When a cron trigger fires next. Five fields, in UTC unless `TZ=Europe/Paris` or `CRON_TZ=…` stands before them. */
import { Cron } from "croner"

const withZone = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/s

/** ms since the epoch, after `afterMs`; `undefined` for a pattern that never fires, or none. */
export function nextTickMs(pattern: string, afterMs: number): number | undefined {
  return parse(pattern)?.nextRun(new Date(afterMs))?.getTime()
}

export function isCron(pattern: string): boolean {
  return parse(pattern) !== undefined
}

function parse(pattern: string): Cron | undefined {
  const [, timezone = "UTC", fields = pattern] = withZone.exec(pattern.trim()) ?? []
  try {
    return new Cron(fields, { timezone, paused: true, mode: "5-part", alternativeWeekdays: false })
  } catch {
    return undefined
  }
}
