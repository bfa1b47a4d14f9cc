import type { Duration } from "../shared/duration.ts"

export function noDuration(given: Duration | undefined): string {
  return `"${given}" is no duration ("500ms", "30s", or a number of ms)`
}
