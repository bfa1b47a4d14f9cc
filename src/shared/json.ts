/** JSON without loss, of every value: what `isPlain` and `readPlain` of json-value.ts leave over, with the reason where it can't be. */
import { type JsonObject, type JsonValue, riskyNumber } from "./json-value.ts"

export { describeJson, isJsonObject, sizeBytes } from "./json-value.ts"
export type { JsonObject, JsonValue } from "./json-value.ts"

/** A place inside a document, as text: `history[2].duration`. The root is `""`. */
export type JsonPath = string

export type JsonResult<T> = { ok: true; value: T } | { ok: false; path: JsonPath; message: string }

/**
 * Levels of nesting that are written: what is surely read again, also by the reviver, whose stack ends at about 2300, and in an envelope.
 * Go reads 10 000, real documents need a dozen.
 */
const maxDepth = 1_500

/**
 * Read JSON text. Fails with a message on text that is not JSON, and with the path of a number that this runtime can't hold
 * (`1e400` anywhere; an integer beyond 2^53 where JSON.parse gives no source text: before Node 21, Chromium 114, Firefox 135, Safari 18.4).
 */
export function parseJson(text: string): JsonResult<JsonValue> {
  /** Stands in the document for the first number that can't be held. */
  let unholdable: { source: string } | undefined
  try {
    const value: unknown = JSON.parse(text, riskyNumber.test(text) ? reviveNumber : undefined)
    if (unholdable === undefined) return { ok: true, value: value as JsonValue }
    const message = `the number ${unholdable.source.slice(0, 40)} can't be held without loss here`
    return { ok: false, path: findPath(value, unholdable) ?? "", message }
  } catch (error) {
    // The reviver makes JSON.parse recurse, so that depth ends in a stack overflow.
    return {
      ok: false,
      path: "",
      message: isStackOverflow(error) ? "nested deeper than can be read here" : String(error),
    }
  }

  function reviveNumber(_name: string, member: unknown, context?: { source?: string }): unknown {
    if (typeof member !== "number" || Number.isSafeInteger(member)) return member
    const source = context?.source
    if (source !== undefined && /^-?\d+$/.test(source)) return BigInt(source)
    if (Number.isFinite(member) && (source !== undefined || !Number.isInteger(member))) return member
    return (unholdable ??= { source: source ?? String(member) })
  }
}

function findPath(value: unknown, target: object, path: JsonPath = ""): JsonPath | undefined {
  if (value === target) return path
  if (typeof value !== "object" || value === null) return undefined
  for (const [name, member] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const found = findPath(member, target, joinPath(path, name))
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Write a value as JSON text, with bigint as bare digits and `-0` as it is.
 *
 * Members that are `undefined` are left out, objects with `toJSON` (Date) are asked, as JSON.stringify does. What JSON.stringify would turn
 * into something else without a word (NaN, infinities, functions, symbols, `undefined` in an array, maps, sets, errors, promises, byte
 * arrays) and cycles are refused with their path.
 *
 * @param path where the value itself lies.
 */
export function stringifyJson(value: unknown, path: JsonPath = ""): JsonResult<string> {
  const ancestors = new Set<object>()
  /** The way from `value` to what is being written. */
  const names: (string | number)[] = []
  let refused: { ok: false; path: JsonPath; message: string } | undefined
  try {
    const text = write(value)
    return refused ?? { ok: true, value: text }
  } catch (error) {
    // Stacks differ between runtimes, and how much of one is left depends on the caller.
    if (isStackOverflow(error)) return { ok: false, path, message: "nested deeper than can be written here" }
    throw error
  }

  function refuse(message: string): string {
    // Of a value that is too deep the path says nothing.
    refused ??= { ok: false, path: names.length < maxDepth ? names.reduce(joinPath, path) : path, message }
    return ""
  }

  // One frame for each level: the stack is what bounds the depth.
  function write(given: unknown, asked = false): string {
    if (given === null || typeof given === "boolean" || typeof given === "bigint") return String(given)
    if (typeof given === "string") return JSON.stringify(given)
    if (typeof given === "number") {
      if (Number.isFinite(given)) return Object.is(given, -0) ? "-0" : String(given)
      return refuse(`${given} is not a JSON number`)
    }
    if (typeof given !== "object") return refuse(`${typeof given} is not a JSON value`)
    if (ancestors.size === maxDepth) return refuse(`nested deeper than ${maxDepth} levels`)
    if (ancestors.has(given)) return refuse("the value contains itself")
    if (given instanceof Date && Number.isNaN(given.getTime())) return refuse("an invalid Date is not a JSON value")
    if (!asked && "toJSON" in given && typeof given.toJSON === "function") return write(given.toJSON(""), true)
    const lost = whatIsLost(given)
    if (lost !== undefined) return refuse(`${lost} is not a JSON value`)
    const isArray = Array.isArray(given)
    const texts: string[] = []
    ancestors.add(given)
    for (const [name, member] of isArray ? given.entries() : Object.entries(given)) {
      if (member === undefined && !isArray) continue
      names.push(name)
      texts.push((isArray ? "" : `${JSON.stringify(name)}:`) + write(member))
      if (refused !== undefined) return ""
      names.pop()
    }
    ancestors.delete(given)
    return isArray ? `[${texts.join(",")}]` : `{${texts.join(",")}}`
  }
}

/** "Maximum call stack size exceeded", "too much recursion". */
function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && /call stack|recursion/i.test(error.message)
}

/** The name of a kind of object whose content JSON.stringify would drop (`new Map(…)` gives `{}`) or tear to pieces. */
function whatIsLost(value: object): string | undefined {
  // By tag, since the value may come from another realm.
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  if (tag === "Object" || tag === "Array") return undefined
  return /Error|String/.test(tag) || ArrayBuffer.isView(value) || Object.keys(value).length === 0
    ? `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`
    : undefined
}

/** `base.name`, `base[3]`, or `base["odd name"]` where the name is not an identifier. */
export function joinPath(base: JsonPath, name: string | number): JsonPath {
  if (typeof name === "number") return `${base}[${name}]`
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$-]*$/u.test(name)) return `${base}[${JSON.stringify(name)}]`
  return base === "" ? name : `${base}.${name}`
}

/** Whether two values say the same: member order is ignored, `-0` differs from `0`, an integer equals the bigint that is written alike. */
export function equalJson(left: JsonValue, right: JsonValue): boolean {
  if (typeof left === "object" && typeof right === "object" && left !== null && right !== null) {
    const names = Object.keys(left)
    return (
      Array.isArray(left) === Array.isArray(right) &&
      names.length === Object.keys(right).length &&
      names.every(
        (name) =>
          Object.hasOwn(right, name) &&
          equalJson((left as JsonObject)[name] as JsonValue, (right as JsonObject)[name] as JsonValue),
      )
    )
  }
  if (typeof left === "number" && typeof right === "bigint") return equalJson(right, left)
  return typeof left === "bigint" && typeof right === "number" ? String(left) === String(right) : Object.is(left, right)
}
