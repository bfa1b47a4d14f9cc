/** A length of time as a user writes it: milliseconds, or text such as `"500ms"`, `"30s"`, `"1h30m"`, `"3d"`, `"2w"`. */
export type Duration = number | string

export const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/**
 * Milliseconds of a duration, or `undefined` when the text is not one.
 *
 * Units: ms, s, m (minutes), h, d (24 h), w (7 d); several may follow one another, largest first or not. Fractions are allowed (`"1.5h"`).
 * Numbers must be finite and not negative.
 */
export function parseDuration(duration: Duration): number | undefined {
  if (typeof duration === "number") return duration >= 0 && duration < Infinity ? duration : undefined
  // Callers without types give anything.
  const text = String(duration).trim()
  let totalMs = 0
  const rest = text.replace(/(\d+(?:\.\d+)?)\s*(ms|[smhdw])\s*/g, (_, amount: string, unit: keyof typeof unitMs) => {
    totalMs += Number(amount) * unitMs[unit]
    return ""
  })
  return text && !rest ? totalMs : undefined
}

/** A short text for people, the two largest units at most: `0.3s`, `58m`, `3d 4h`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000)
    return durationMs < 100 ? `${Math.round(durationMs)}ms` : `${(durationMs / 1_000).toFixed(1)}s`
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1).replace(/\.0$/, "")}s`
  const parts: string[] = []
  let restMs = durationMs
  for (const unit of ["d", "h", "m", "s"] as const) {
    const amount = Math.floor(restMs / unitMs[unit])
    restMs -= amount * unitMs[unit]
    if (amount > 0) parts.push(`${amount}${unit}`)
    else if (parts.length > 0) break
  }
  return parts.slice(0, 2).join(" ")
}
