/**
 * What differs from one recording to the next without meaning anything: ULIDs, UUIDs, times and ports. Nothing else is evened out before
 * vectors are compared.
 */

const ulid = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g
const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi
const time = /\b\d{4}-\d\d-\d\dT\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)/g
const hostAndPort = /\b(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}\b|\{\{(?:HOST|OTHER)\}\}/g

/** A recorded or a fresh text, with a word in place of each ULID, UUID, time and port. */
export function normalise(text: string): string {
  return normalisePorts(text).replace(uuid, "<uuid>").replace(ulid, "<ulid>").replace(time, "<time>")
}

export function normalisePorts(text: string): string {
  return text.replace(hostAndPort, "<host>")
}

/**
 * A time as Go writes the one that it read: at most nine digits of a second without zeros at the end, `Z` for no offset. The instant and the
 * offset stay; text that is no time, too.
 */
export function normaliseTime(text: string): string {
  const match = /^(\d{4}-\d\d-\d\dT)(\d{1,2})(:\d\d:\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text)
  if (match === null) return text
  const [, date = "", hour = "", rest = "", digits = "", sign = "+", offsetHours = "0", offsetMinutes = "0"] = match
  const fraction = digits.slice(0, 9).replace(/0+$/, "")
  const offset = Number(offsetHours) * 60 + Number(offsetMinutes)
  const [hours, minutes] = [Math.trunc(offset / 60), offset % 60].map((part) => String(part).padStart(2, "0"))
  const zone = offset === 0 ? "Z" : `${sign}${hours}:${minutes}`
  return date + hour.padStart(2, "0") + rest + (fraction === "" ? "" : `.${fraction}`) + zone
}
