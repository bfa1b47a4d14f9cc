/**
 * Whether Go's `Load` takes a document: the rules that were measured on its JSON decoder, written down apart from our own reader.
 *
 * @source contract measured on the Go store, vectors `reply-*`
 */

type Check = (value: unknown, path: string) => string | undefined

/** A number as it is spelt. */
class Spelt {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

const text: Check = (value, path) =>
  value === null || typeof value === "string" ? undefined : `${path} is not a string`

const int64: Check = (value, path) => {
  if (value === null) return undefined
  if (!(value instanceof Spelt) || !/^-?\d+$/.test(value.source)) return `${path} is not an integer`
  return BigInt.asIntN(64, BigInt(value.source)) === BigInt(value.source) ? undefined : `${path} is no int64`
}

const time: Check = (value, path) => {
  if (value === null) return undefined
  const match =
    typeof value === "string" &&
    /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/.exec(value)
  if (!match) return `${path} is no time`
  const [, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] =
    match.map(Number)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  const isTime = day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60
  return isTime && !(zoneHour > 24) && !(zoneMinute > 60) ? undefined : `${path} is no time`
}

/** Every number becomes a float64. */
const any: Check = (value, path) => {
  if (value instanceof Spelt) return Number.isFinite(Number(value.source)) ? undefined : `${path} is beyond float64`
  if (typeof value !== "object" || value === null) return undefined
  return firstOf(Object.entries(value).map(([name, member]) => any(member, `${path}.${name}`)))
}

const history: Check = (value, path) => {
  if (value === null) return undefined
  if (!Array.isArray(value)) return `${path} is no list`
  return firstOf(value.map((entry, index) => object(entryFields)(entry, `${path}[${index}]`)))
}

const entryFields: Record<string, Check> = {
  id: int64,
  type: text,
  timestamp: time,
  activityname: text,
  input: any,
  result: any,
  error: text,
  signalname: text,
  signalpayload: any,
  duration: int64,
}

const stateFields: Record<string, Check> = {
  workflowid: text,
  runid: text,
  status: text,
  input: any,
  result: any,
  error: text,
  history,
  createdat: time,
  updatedat: time,
}

function object(fields: Record<string, Check>): Check {
  return (value, path) => {
    if (value === null) return undefined
    if (typeof value !== "object" || Array.isArray(value) || value instanceof Spelt) return `${path} is no object`
    return firstOf(
      Object.entries(value).map(([name, member]) => {
        const folded = name.replaceAll("\u017f", "s").replaceAll("\u212a", "k").toLowerCase()
        return Object.hasOwn(fields, folded) ? fields[folded]?.(member, `${path}.${name}`) : undefined
      }),
    )
  }
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((each) => each !== undefined)
}

/** Why Go refuses it; `undefined` when it takes it. */
export function refusalOfGo(document: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(document, (_name, member: unknown, context?: { source?: string }) =>
      typeof member === "number" ? new Spelt(context?.source ?? "") : member,
    )
  } catch {
    return "not JSON"
  }
  return object(stateFields)(value, "state")
}
