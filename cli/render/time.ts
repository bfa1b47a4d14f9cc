import { formatDuration, toDate } from "../../src/index.ts"
import type { View } from "./view.ts"

/** `3m ago` on a terminal, else as it is, in UTC. Text that is no time, and Go's zero time, give `""`. */
export function renderTime(time: string, view: View): string {
  const date = toDate(time)
  if (date === null) return ""
  if (!view.isTerminal) return time
  const agoMs = view.nowMs - date.getTime()
  const [largest = ""] = formatDuration(Math.abs(agoMs)).split(" ")
  if (Math.abs(agoMs) < 1_000) return "just now"
  const rounded = largest.replace(/\.\d+/, "")
  return agoMs < 0 ? `in ${rounded}` : `${rounded} ago`
}
