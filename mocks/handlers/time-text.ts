/** Times as the server writes and reads them. */

/** RFC 3339 as Go writes it: as many digits of the second as there are. `2026-11-22T04:19:08.25Z` */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.?0+Z$/, "Z")
}

/** RFC 3339 as the v2 API writes it: three digits of the second, or none. */
export function formatTimeV2(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(".000Z", "Z")
}

const withZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
const withoutZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?$/
const dateOnly = /^\d{4}-\d\d-\d\d$/
const inWords =
  /^[A-Z][a-z]{2},? (?:\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC)|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?: (?:GMT|UTC|[+-]\d{4}))? \d{4})$/

/**
 * The time that a query parameter means, in ms, or `undefined` when the server does not take it. Without a zone it is UTC; numbers are refused.
 *
 * @source measured, vectors `events-list-after-*`; of the wordy forms those with a year
 */
export function parseQueryTime(text: string): number | undefined {
  if (withoutZone.test(text)) return parse(`${text}Z`)
  if (inWords.test(text)) return parse(/GMT|UTC|[+-]\d{4}/.test(text) ? text : `${text} UTC`)
  return withZone.test(text) || dateOnly.test(text) ? parse(text) : undefined
}

function parse(text: string): number | undefined {
  const timeMs = Date.parse(text)
  return Number.isNaN(timeMs) ? undefined : timeMs
}
