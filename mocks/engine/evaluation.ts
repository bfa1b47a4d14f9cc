/** The values of CEL expressions: how a parsed one is evaluated. The rules, and where they were measured, are in `expression.ts`. */
import type { ASTNode } from "@marcbachmann/cel-js"
import { decodeBase64 } from "../../src/shared/base64.ts"
import { parseDuration } from "../../src/shared/duration.ts"

/** What expressions speak about: `event` and, where one waits for another, `async`, where runs are looked for `output`; as parsed JSON. */
export interface ExpressionScope {
  readonly event: unknown
  readonly async?: unknown
  readonly output?: unknown
  readonly nowMs: number
}

/** A field that is not there. */
const missing: unique symbol = Symbol("missing")

class Timestamp {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
}

class Length {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
}

class TypeName {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** `bigint`: an int. `number`: a double. */
type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Timestamp
  | Length
  | TypeName
  | typeof missing
  | readonly unknown[]
  | { readonly [member: string]: unknown }

/** No match. Made once: a stack for each event that lacks a field would cost more than all the rest. */
const failure = new Error("no such overload")

function fail(): never {
  throw failure
}

interface Context extends ExpressionScope {
  /** Variables of the macros around. */
  readonly locals: ReadonlyMap<string, Value>
}

const noLocals: ReadonlyMap<string, Value> = new Map()

/** @throws when the value is an error. */
export function evaluate(node: ASTNode, scope: ExpressionScope): unknown {
  return valueOf(node, { ...scope, locals: noLocals })
}

function valueOf(node: ASTNode, context: Context): Value {
  switch (node.op) {
    case "value": {
      const literal = node.args
      // An unsigned literal is an object of the library's, which does not give its class away.
      return typeof literal === "object" && literal !== null && !(literal instanceof Uint8Array)
        ? literal.value
        : literal
    }
    case "id":
      return lookUp(node.args, context)
    case ".":
    case ".?":
      return member(valueOf(node.args[0], context), node.args[1])
    case "[]":
    case "[?]":
      return element(valueOf(node.args[0], context), valueOf(node.args[1], context))
    case "list":
      return node.args.map((item) => valueOf(item, context))
    case "map":
      return Object.fromEntries(node.args.map(([key, item]) => [String(valueOf(key, context)), valueOf(item, context)]))
    case "||":
      return either(node.args, context, true)
    case "&&":
      return either(node.args, context, false)
    case "!_": {
      const value = valueOf(node.args, context)
      return typeof value === "boolean" ? !value : fail()
    }
    case "-_": {
      const value = valueOf(node.args, context)
      return typeof value === "bigint" || typeof value === "number" ? -value : fail()
    }
    case "?:": {
      const condition = valueOf(node.args[0], context)
      if (condition === missing) return fail()
      // Measured: what is no bool takes the first branch.
      return valueOf(node.args[condition === false ? 2 : 1], context)
    }
    case "==":
      return areEqual(valueOf(node.args[0], context), valueOf(node.args[1], context))
    case "!=":
      return !areEqual(valueOf(node.args[0], context), valueOf(node.args[1], context))
    case "<":
      return compare(valueOf(node.args[0], context), valueOf(node.args[1], context)) < 0
    case "<=":
      return compare(valueOf(node.args[0], context), valueOf(node.args[1], context)) <= 0
    case ">":
      return compare(valueOf(node.args[0], context), valueOf(node.args[1], context)) > 0
    case ">=":
      return compare(valueOf(node.args[0], context), valueOf(node.args[1], context)) >= 0
    case "in":
      return isIn(valueOf(node.args[0], context), valueOf(node.args[1], context))
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return calculate(node.op, valueOf(node.args[0], context), valueOf(node.args[1], context))
    case "call":
      return call(node.args[0], node.args[1], context)
    case "rcall":
      return method(node.args[0], node.args[1], node.args[2], context)
  }
}

function lookUp(name: string, context: Context): Value {
  const local = context.locals.get(name)
  if (local !== undefined) return local
  if (name === "event") return fromJson(context.event)
  if (name === "async") return fromJson(context.async)
  if (name === "output") return fromJson(context.output)
  return new TypeName(name)
}

function fromJson(value: unknown): Value {
  return value === undefined ? missing : (value as Value)
}

function member(of: Value, name: string): Value {
  if (of === missing || of === null) return missing
  if (!isMap(of)) return fail()
  return Object.hasOwn(of, name) ? fromJson(of[name]) : missing
}

function element(of: Value, key: Value): Value {
  if (of === missing || of === null) return missing
  if (Array.isArray(of)) {
    const index = typeof key === "bigint" || typeof key === "number" ? Number(key) : -1
    return index >= 0 && index < of.length ? fromJson(of[index]) : fail()
  }
  return member(of, String(key))
}

function isMap(value: Value): value is { readonly [member: string]: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array || value instanceof Timestamp || value instanceof Length || value instanceof TypeName)
  )
}

/** One side decides when it is `deciding`, whatever the other one is. */
function either([left, right]: readonly [ASTNode, ASTNode], context: Context, deciding: boolean): boolean {
  const first = attempt(left, context)
  if (first === deciding) return deciding
  const second = attempt(right, context)
  if (second === deciding) return deciding
  return first === !deciding && second === !deciding ? !deciding : fail()
}

function attempt(node: ASTNode, context: Context): Value {
  try {
    return valueOf(node, context)
  } catch {
    return missing
  }
}

function areEqual(left: Value, right: Value): boolean {
  if (left === missing) return right === missing || right === null
  if (right === missing) return left === null
  if (left === right) return true
  if (isNumber(left) && isNumber(right)) return Number(left) === Number(right)
  if (left instanceof Timestamp || left instanceof Length)
    return left.constructor === right?.constructor && left.ms === (right as Timestamp | Length).ms
  if (left instanceof TypeName) return right instanceof TypeName && left.name === right.name
  if (left instanceof Uint8Array)
    return right instanceof Uint8Array && left.length === right.length && left.every((byte, at) => byte === right[at])
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => areEqual(item, right[at] as Value))
    )
  }
  if (!isMap(left) || !isMap(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && areEqual(left[name] as Value, right[name] as Value))
  )
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint"
}

/** What is missing or null comes before everything. */
function compare(left: Value, right: Value): number {
  const isLeftNull = left === missing || left === null
  const isRightNull = right === missing || right === null
  if (isLeftNull || isRightNull) return Number(isRightNull) - Number(isLeftNull) === 0 ? 0 : isLeftNull ? -1 : 1
  if (isNumber(left) && isNumber(right)) return left < right ? -1 : left > right ? 1 : 0
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right)
  if (left instanceof Timestamp && right instanceof Timestamp) return left.ms - right.ms
  if (left instanceof Length && right instanceof Length) return left.ms - right.ms
  return fail()
}

function isIn(item: Value, container: Value): boolean {
  if (Array.isArray(container)) return container.some((each) => areEqual(item, each as Value))
  return isMap(container) ? Object.hasOwn(container, String(item)) : fail()
}

function calculate(op: "+" | "-" | "*" | "/" | "%", left: Value, right: Value): Value {
  if (typeof left === "bigint" && typeof right === "bigint") {
    if (op === "+") return left + right
    if (op === "-") return left - right
    if (op === "*") return left * right
    return right === 0n ? fail() : op === "/" ? left / right : left % right
  }
  if (typeof left === "number" && typeof right === "number") {
    if (op === "+") return left + right
    if (op === "-") return left - right
    if (op === "*") return left * right
    return op === "/" ? left / right : fail()
  }
  if (op === "+") {
    if (typeof left === "string" && typeof right === "string") return left + right
    if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right] as unknown[]
    if (left instanceof Timestamp && right instanceof Length) return new Timestamp(left.ms + right.ms)
    if (left instanceof Length && right instanceof Timestamp) return new Timestamp(left.ms + right.ms)
    if (left instanceof Length && right instanceof Length) return new Length(left.ms + right.ms)
  }
  if (op === "-") {
    if (left instanceof Timestamp && right instanceof Timestamp) return new Length(left.ms - right.ms)
    if (left instanceof Timestamp && right instanceof Length) return new Timestamp(left.ms - right.ms)
    if (left instanceof Length && right instanceof Length) return new Length(left.ms - right.ms)
  }
  return fail()
}

type Call = (argument: Value, context: Context) => Value

const calls: { readonly [name: string]: Call } = {
  size: (value) => sizeOf(value),
  int: (value) => {
    if (typeof value === "bigint") return value
    if (typeof value === "number" && Number.isFinite(value)) return BigInt(Math.trunc(value))
    if (typeof value === "string" && /^[+-]?\d+$/.test(value)) return BigInt(value)
    return value instanceof Timestamp ? BigInt(Math.floor(value.ms / 1000)) : fail()
  },
  uint: (value, context) => {
    const int = calls.int?.(value, context)
    return typeof int === "bigint" && int >= 0n ? int : fail()
  },
  double: (value) => {
    if (isNumber(value)) return Number(value)
    return typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : fail()
  },
  string: (value) => {
    if (typeof value === "string") return value
    if (isNumber(value) || typeof value === "boolean") return String(value)
    if (value instanceof Timestamp) return new Date(value.ms).toISOString().replace(/\.?0+Z$/, "Z")
    return value instanceof Uint8Array ? new TextDecoder().decode(value) : fail()
  },
  bool: (value) => (typeof value === "boolean" ? value : value === "true" ? true : value === "false" ? false : fail()),
  bytes: (value) =>
    typeof value === "string" ? new TextEncoder().encode(value) : value instanceof Uint8Array ? value : fail(),
  type: (value) => new TypeName(typeName(value)),
  dyn: (value) => value,
  duration: (value) => {
    const ms = typeof value === "string" ? parseDuration(value) : undefined
    return ms === undefined ? fail() : new Length(ms)
  },
  timestamp: (value) => timestampOf(value),
  date: (value) => timestampOf(value),
  now: (_none, { nowMs }) => new Timestamp(nowMs),
  now_plus: (value, { nowMs }) => new Timestamp(nowMs + lengthOf(value)),
  now_minus: (value, { nowMs }) => new Timestamp(nowMs - lengthOf(value)),
  lowercase: (value) => (typeof value === "string" ? value.toLowerCase() : fail()),
  uppercase: (value) => (typeof value === "string" ? value.toUpperCase() : fail()),
  b64decode: (value) => {
    const bytes = typeof value === "string" ? decodeBase64(value) : undefined
    return bytes === undefined ? fail() : new TextDecoder().decode(bytes)
  },
  json_parse: (value) => (typeof value === "string" ? fromJson(JSON.parse(value)) : fail()),
  matches: () => fail(),
}

/** Functions that stand alone, besides `has`. */
export const functionNames: readonly string[] = Object.keys(calls)

function call(name: string, args: readonly ASTNode[], context: Context): Value {
  const [first, second] = args
  if (name === "has") {
    // Measured: of a missing field it is not false, but an error.
    const value = first === undefined ? missing : valueOf(first, context)
    return value === missing ? missing : true
  }
  if (name === "matches") {
    if (first === undefined || second === undefined) return fail()
    return matches(valueOf(first, context), valueOf(second, context))
  }
  const value = first === undefined ? missing : valueOf(first, context)
  if (value === missing && name !== "now") return fail()
  const run = Object.hasOwn(calls, name) ? calls[name] : undefined
  return run === undefined ? fail() : run(value, context)
}

export const macroNames: readonly string[] = ["all", "exists", "exists_one", "map", "filter"]

const texts: Record<string, (text: string, other: string) => boolean> = {
  startsWith: (text, other) => text.startsWith(other),
  endsWith: (text, other) => text.endsWith(other),
  contains: (text, other) => text.includes(other),
  matches: (text, other) => matches(text, other),
}

/** Parts of a time, in UTC. @source the language's definition; not measured */
const parts: Record<string, (time: Date) => number> = {
  getFullYear: (time) => time.getUTCFullYear(),
  getMonth: (time) => time.getUTCMonth(),
  getDate: (time) => time.getUTCDate(),
  getDayOfMonth: (time) => time.getUTCDate() - 1,
  getDayOfWeek: (time) => time.getUTCDay(),
  getDayOfYear: (time) => Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0)) / 86_400_000),
  getHours: (time) => time.getUTCHours(),
  getMinutes: (time) => time.getUTCMinutes(),
  getSeconds: (time) => time.getUTCSeconds(),
  getMilliseconds: (time) => time.getUTCMilliseconds(),
}

/** Functions behind a dot, besides the macros. */
export const methodNames: readonly string[] = [...Object.keys(texts), ...Object.keys(parts), "size"]

function method(name: string, receiver: ASTNode, args: readonly ASTNode[], context: Context): Value {
  const on = valueOf(receiver, context)
  if (name === "size") return sizeOf(on)
  const part = parts[name]
  // In another zone: not done here.
  if (part !== undefined) return on instanceof Timestamp && args.length === 0 ? BigInt(part(new Date(on.ms))) : fail()
  const [variable, ...bodies] = args
  if (macroNames.includes(name)) {
    if (variable?.op !== "id" || bodies.length === 0) return fail()
    return macro(name, on, variable.args, bodies, context)
  }
  const other = variable === undefined ? missing : valueOf(variable, context)
  const run = texts[name]
  return run !== undefined && typeof on === "string" && typeof other === "string" ? run(on, other) : fail()
}

function macro(name: string, on: Value, variable: string, bodies: readonly ASTNode[], context: Context): Value {
  const items: readonly unknown[] = Array.isArray(on) ? on : isMap(on) ? Object.keys(on) : fail()
  const bound = (item: unknown): Context => ({
    ...context,
    locals: new Map([...context.locals, [variable, fromJson(item)]]),
  })
  const [body, last] = bodies as [ASTNode, ASTNode | undefined]
  const isTrue = (item: unknown, node: ASTNode = body): boolean => {
    const value = valueOf(node, bound(item))
    return typeof value === "boolean" ? value : fail()
  }
  switch (name) {
    case "filter":
      return items.filter((item) => isTrue(item))
    case "map":
      return last === undefined
        ? items.map((item) => valueOf(body, bound(item)))
        : items.filter((item) => isTrue(item)).map((item) => valueOf(last, bound(item)))
    case "exists_one":
      return items.filter((item) => isTrue(item)).length === 1
    default: {
      // As with `||` and `&&`, one item can decide although another one failed.
      const deciding = name === "exists"
      const values = items.map((item) => attempt(body, bound(item)))
      if (values.includes(deciding)) return deciding
      return values.every((value) => value === !deciding) ? !deciding : fail()
    }
  }
}

function sizeOf(value: Value): bigint {
  if (typeof value === "string") return BigInt([...value].length)
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length)
  return isMap(value) ? BigInt(Object.keys(value).length) : fail()
}

function timestampOf(value: Value): Timestamp {
  if (value instanceof Timestamp) return value
  const ms = typeof value === "string" ? Date.parse(value) : isNumber(value) ? Number(value) : Number.NaN
  return Number.isNaN(ms) ? fail() : new Timestamp(ms)
}

function lengthOf(value: Value): number {
  return value instanceof Length ? value.ms : ((typeof value === "string" ? parseDuration(value) : undefined) ?? fail())
}

function matches(text: Value, pattern: Value): boolean {
  if (typeof text !== "string" || typeof pattern !== "string") return fail()
  // RE2 has its flags inside of the pattern.
  const [, flags = "", rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? []
  return new RegExp(rest, `${flags}u`).test(text)
}

function typeName(value: Value): string {
  if (value === null) return "null_type"
  if (typeof value === "bigint") return "int"
  if (typeof value === "number") return "double"
  if (typeof value === "boolean") return "bool"
  if (typeof value === "string") return "string"
  if (value instanceof Uint8Array) return "bytes"
  if (value instanceof Timestamp) return "timestamp"
  if (value instanceof Length) return "duration"
  if (value instanceof TypeName) return "type"
  return Array.isArray(value) ? "list" : "map"
}
