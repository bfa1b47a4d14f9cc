/** Times of a workflow document, as Go's reader takes them. */

export { zeroTime } from "./workflow-fields.ts"

const timePattern: RegExp =
  /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,]\d+)?(?:Z|[+-]([01]\d|2[0-4]):([0-5]\d|60))$/

/** Whether text is a time that Go's reader takes (a little more than RFC 3339: one-digit hours, a comma, offsets up to 24:60). */
export function isTime(text: string): boolean {
  const day = text.slice(0, 10)
  // Of the 30th of February engines make the 2nd of March, or nothing.
  return timePattern.test(text) && new Date(day).toJSON()?.startsWith(day) === true
}

/**
 * A time of a document as a Date, cut to milliseconds; `null` for the zero time ("unset"), however it is spelt, and for text that is no time.
 */
export function toDate(time: string): Date | null {
  const match = timePattern.exec(time)
  if (match === null || !isTime(time)) return null
  const fraction = /[.,](\d+)/.exec(time)?.[1] ?? ""
  const sign = /-\d\d:\d\d$/.test(time) ? -1 : 1
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number, number]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute - sign * (offsetHour * 60 + offsetMinute), second)
  if (date.getTime() === zeroTimeMs && !/[1-9]/.test(fraction)) return null
  date.setUTCMilliseconds(Number(fraction.slice(0, 3).padEnd(3, "0")))
  return date
}

/** `zeroTime` in milliseconds since the epoch. */
const zeroTimeMs = -62_135_596_800_000
