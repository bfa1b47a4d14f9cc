import { formatDuration, toDate } from "../../src/index.ts"
import type { View } from "./view.ts"

/** `3m ago` on a terminal, else as it is, in UTC. Text that is no time, and Go's zero time, give `""`. */
export function renderTime(time: string, view: View): string {
  const date = toDate(time)
  if (date === null) return ""
  if (!view.isTerminal) return time
  if (view.isUtc === true) return date.toISOString()
  return renderAge(time, view.nowMs)
}

/** `58m ago`, `in 3d`. */
export function renderAge(time: string, nowMs: number): string {
  const agoMs = nowMs - (toDate(time)?.getTime() ?? nowMs)
  const [largest = ""] = formatDuration(Math.abs(agoMs)).split(" ")
  if (Math.abs(agoMs) < 1_000) return "just now"
  const rounded = largest.replace(/\.\d+/, "")
  return agoMs < 0 ? `in ${rounded}` : `${rounded} ago`
}
