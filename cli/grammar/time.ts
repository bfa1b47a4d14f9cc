/** Points in time and lengths of time as people type them. */
import { parseDuration } from "../../src/index.ts"

const dayMs = 86_400_000

/**
 * Milliseconds since 1970 of `2026-01-31`, `2026-01-31T12:00Z`, `15m` (ago), `today`, `yesterday` (their first moment, by this machine's
 * zone); `undefined` for text that is none of them.
 */
export function parseTime(text: string, nowMs: number): number | undefined {
  if (text === "now") return nowMs
  if (text === "today" || text === "yesterday") {
    const midnight = new Date(text === "today" ? nowMs : nowMs - dayMs)
    return midnight.setHours(0, 0, 0, 0)
  }
  const agoMs = parseDuration(text)
  if (agoMs !== undefined) return nowMs - agoMs
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i.test(text)) return undefined
  const ms = Date.parse(text.replace(" ", "T"))
  return Number.isNaN(ms) ? undefined : ms
}

/** Milliseconds of `90s`, `15m`, `1h30m`; a bare number is seconds. */
export function parseLength(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : parseDuration(text)
}
