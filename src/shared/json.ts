/**
 * JSON without loss: integers beyond 2^53 are bigint, negative zero stays, nothing is rounded or dropped silently.
 *
 * Decimal fractions are IEEE doubles, as in Go and in every JSON library that writes the shortest digits that read back the same.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | { [member: string]: JsonValue }

export type JsonObject = { [member: string]: JsonValue }

/** A place inside a document, as text: `history[2].duration`. The root is `""`. */
export type JsonPath = string

export type JsonResult<T> = { ok: true; value: T } | { ok: false; path: JsonPath; message: string }

/** Numbers that a plain JSON.parse could change: 16 digits or more in a row, or an exponent of three digits. */
const riskyNumber = /\d{16}|[eE]\+?\d{3}/

/** Levels of nesting that are written; more could end in a stack overflow somewhere on the way. Go reads 10 000, real documents need a dozen. */
const maxDepth = 3_000

interface ReviverContext {
  source?: string
}

/** Whether JSON.parse hands the source text of a number to its reviver (Node 21+, Deno, Bun, Chromium 114+, Firefox 135+, Safari 18.4+). */
const hasSourceText: boolean = (() => {
  let seen = false
  JSON.parse("1", ((_key: string, value: unknown, context?: ReviverContext) => {
    seen = context?.source === "1"
    return value
  }) as (key: string, value: unknown) => unknown)
  return seen
})()

/**
 * Read JSON text. Fails with a message on text that is not JSON, and with the path of a number that this runtime can't hold
 * (`1e400` anywhere; an integer beyond 2^53 where JSON.parse gives no source text).
 */
export function parseJson(text: string): JsonResult<JsonValue> {
  let unholdable: string | undefined
  let value: JsonValue
  try {
    value = riskyNumber.test(text)
      ? (JSON.parse(text, reviveNumber as (key: string, value: unknown) => unknown) as JsonValue)
      : (JSON.parse(text) as JsonValue)
  } catch (cause) {
    // The reviver makes JSON.parse recurse, so that depth ends in a stack overflow.
    if (isStackOverflow(cause)) return { ok: false, path: "", message: "nested deeper than can be read here" }
    return { ok: false, path: "", message: cause instanceof Error ? cause.message : "not JSON" }
  }
  if (unholdable === undefined) return { ok: true, value }
  return {
    ok: false,
    path: findPath(value, isUnholdable) ?? "",
    message: `the number ${unholdable.slice(0, 40)} can't be held without loss here`,
  }

  function reviveNumber(_key: string, member: unknown, context?: ReviverContext): unknown {
    if (typeof member !== "number" || Number.isSafeInteger(member)) return member
    const source = context?.source
    if (source !== undefined && /^-?\d+$/.test(source)) return BigInt(source)
    if (Number.isFinite(member) && (source !== undefined || !Number.isInteger(member))) return member
    unholdable ??= source ?? String(member)
    return member
  }
}

function isUnholdable(value: JsonValue): boolean {
  return (
    typeof value === "number" &&
    (!Number.isFinite(value) || (!hasSourceText && !Number.isSafeInteger(value) && Number.isInteger(value)))
  )
}

/** What a value needs to be written: nothing special, our own encoder, or it can't be written at all. */
type Writability = { kind: "native" } | { kind: "own" } | { kind: "refused"; path: JsonPath; message: string }

/**
 * Write a value as JSON text, with bigint as bare digits and `-0` as it is.
 *
 * Members that are `undefined` are left out, objects with `toJSON` (Date) are asked, as JSON.stringify does. What JSON.stringify would turn
 * into something else without a word (NaN, infinities, functions, symbols, `undefined` in an array, maps, sets, errors, promises, byte
 * arrays) and cycles are refused with their path.
 */
export function stringifyJson(value: unknown): JsonResult<string> {
  try {
    const writability = inspect(value)
    if (writability.kind === "refused") return { ok: false, path: writability.path, message: writability.message }
    return { ok: true, value: writability.kind === "native" ? JSON.stringify(value) : write(value) }
  } catch (cause) {
    // Stacks differ between runtimes, and how much of one is left depends on the caller.
    if (isStackOverflow(cause)) return { ok: false, path: "", message: "nested deeper than can be written here" }
    throw cause
  }
}

/** "Maximum call stack size exceeded", "too much recursion". */
function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && /call stack|recursion/i.test(error.message)
}

function inspect(root: unknown): Writability {
  const ancestors = new Set<object>()
  let needsOwn = false
  return visit(root, "") ?? { kind: needsOwn ? "own" : "native" }

  function visit(value: unknown, path: JsonPath, asked = false): Extract<Writability, { kind: "refused" }> | undefined {
    switch (typeof value) {
      case "string":
      case "boolean":
        return undefined
      case "number":
        if (!Number.isFinite(value)) return { kind: "refused", path, message: `${value} is not a JSON number` }
        if (Object.is(value, -0)) needsOwn = true
        return undefined
      case "bigint":
        needsOwn = true
        return undefined
      case "undefined":
      case "function":
      case "symbol":
        return { kind: "refused", path, message: `${typeof value} is not a JSON value` }
      case "object": {
        if (value === null) return undefined
        if (ancestors.size === maxDepth)
          return { kind: "refused", path: "", message: `nested deeper than ${maxDepth} levels` }
        if (ancestors.has(value)) return { kind: "refused", path, message: "the value contains itself" }
        if (!asked && hasToJSON(value)) {
          needsOwn = true
          if (value instanceof Date && Number.isNaN(value.getTime()))
            return { kind: "refused", path, message: "an invalid Date is not a JSON value" }
          return visit(value.toJSON(""), path, true)
        }
        const lost = whatIsLost(value)
        if (lost !== undefined) return { kind: "refused", path, message: `${lost} is not a JSON value` }
        ancestors.add(value)
        const refused = Array.isArray(value) ? visitItems(value, path) : visitMembers(value, path)
        ancestors.delete(value)
        return refused
      }
    }
  }

  function visitItems(items: readonly unknown[], path: JsonPath): ReturnType<typeof visit> {
    for (let index = 0; index < items.length; index++) {
      const item = items[index]
      if (isPlain(item)) continue
      const refused = visit(item, `${path}[${index}]`)
      if (refused !== undefined) return refused
    }
    return undefined
  }

  function visitMembers(object: object, path: JsonPath): ReturnType<typeof visit> {
    for (const [name, member] of Object.entries(object)) {
      if (member === undefined || isPlain(member)) continue
      const refused = visit(member, joinPath(path, name))
      if (refused !== undefined) return refused
    }
    return undefined
  }
}

/** The name of a kind of object whose content JSON.stringify would drop (`new Map(…)` gives `{}`) or tear to pieces. */
function whatIsLost(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null || Array.isArray(value)) return undefined
  // By tag, since the value may come from another realm.
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  if (tag === "Object") return undefined
  return tag === "Error" || tag === "String" || ArrayBuffer.isView(value) || Object.keys(value).length === 0
    ? `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`
    : undefined
}

/** Strings and booleans need no look and no path text. */
function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean"
}

function write(value: unknown, asked = false): string {
  switch (typeof value) {
    case "bigint":
      return value.toString()
    case "number":
      return Object.is(value, -0) ? "-0" : JSON.stringify(value)
    case "object": {
      if (value === null) return "null"
      if (!asked && hasToJSON(value)) return write(value.toJSON(""), true)
      if (Array.isArray(value)) return `[${value.map((item) => write(item)).join(",")}]`
      const members: string[] = []
      for (const [name, member] of Object.entries(value)) {
        if (member !== undefined) members.push(`${JSON.stringify(name)}:${write(member)}`)
      }
      return `{${members.join(",")}}`
    }
    default:
      return JSON.stringify(value)
  }
}

function hasToJSON(value: object): value is { toJSON(key: string): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function"
}

/** `base.name`, or `base["odd name"]` where the name is not an identifier. */
export function joinPath(base: JsonPath, name: string): JsonPath {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$-]*$/u.test(name)) return `${base}[${JSON.stringify(name)}]`
  return base === "" ? name : `${base}.${name}`
}

function findPath(value: JsonValue, matches: (value: JsonValue) => boolean, path: JsonPath = ""): JsonPath | undefined {
  if (matches(value)) return path
  if (typeof value !== "object" || value === null) return undefined
  const members = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item] as const)
    : Object.entries(value).map(([name, member]) => [joinPath(path, name), member] as const)
  for (const [memberPath, member] of members) {
    const found = findPath(member, matches, memberPath)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether two values say the same: member order is ignored, `-0` differs from `0`, an integer equals the bigint of the same digits. */
export function equalJson(left: JsonValue, right: JsonValue): boolean {
  if (Object.is(left, right)) return true
  if (typeof left === "bigint" && typeof right === "number") return equalInteger(left, right)
  if (typeof left === "number" && typeof right === "bigint") return equalInteger(right, left)
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equalJson(item, right[index] as JsonValue))
    )
  }
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equalJson(left[name] as JsonValue, right[name] as JsonValue))
  )
}

function equalInteger(digits: bigint, double: number): boolean {
  if (!Number.isInteger(double) || Object.is(double, -0)) return false
  // The digits that are written (the shortest that read back as this double), not those of its exact value.
  const [mantissa = "", exponent] = String(double).split("e+")
  const [whole = "", fraction = ""] = mantissa.split(".")
  return digits === BigInt(whole + fraction.padEnd(Number(exponent ?? 0), "0"))
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** What a value is called in an error text. */
export function describeJson(value: unknown): string {
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (value === undefined) return "missing"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

const encoder = new TextEncoder()

/** Bytes of a text in UTF-8. */
export function sizeBytes(text: string): number {
  return encoder.encode(text).length
}
