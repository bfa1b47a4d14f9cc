/** Decoders of what a server answered, made of smaller ones: JSON in, or a ProtocolError that names the place. */
import { ProtocolError } from "../shared/protocol-error.ts"
import { type JsonObject, type JsonValue, describeJson, isJsonObject } from "../shared/json-value.ts"

/**
 * @param path of `value` in the document, for the error.
 * @throws ProtocolError when it is something else.
 */
export type Decode<T> = (value: JsonValue | undefined, route: string, path: string) => T

/** Where a member comes from, when not from the one of its own name: `["run_id", text]`, `["app.id", text]`. */
type Field<T> = Decode<T> | readonly [from: string, decode: Decode<T>]

type Fields = Readonly<Record<string, Field<unknown>>>

type Shape<F extends Fields> = { [Name in keyof F]: F[Name] extends Field<infer T> ? T : never }

/** An object with these members; those that decode to `undefined` are left out. */
export function shape<F extends Fields>(fields: F): Decode<Shape<F>> {
  return (value, route, path) => {
    const object = isJsonObject(value) ? value : misread(route, path, "an object", value)
    const result: Record<string, unknown> = {}
    for (const [name, field] of Object.entries<Field<unknown>>(fields)) {
      const [from, decode] = typeof field === "function" ? [name, field] : field
      let found: JsonValue | undefined = object
      for (const key of from.split(".")) found = isJsonObject(found) ? found[key] : undefined
      const member = decode(found, route, `${path}.${from}`)
      if (member !== undefined) result[name] = member
    }
    return result as Shape<F>
  }
}

/** Absent, null or empty is `undefined`: v2 leaves out what is empty, v1 writes null. */
export const textIf: Decode<string | undefined> = (value, route, path) =>
  typeof (value ?? "") === "string" ? (value as string) || undefined : misread(route, path, "a string", value)

export const text: Decode<string> = (value, route, path) =>
  textIf(value, route, path) ?? misread(route, path, "a string", value)

/** Also of 64 bits, which v2 writes as text: `"35"`. Absent or null is `undefined`. */
export const numberIf: Decode<number | undefined> = (value, route, path) => {
  if ((value ?? "") === "") return undefined
  const number = typeof value === "string" ? Number(value) : value
  return Number.isFinite(number) ? (number as number) : misread(route, path, "a number", value)
}

/** 0 where it is absent, as v2 leaves zeros out. */
export const count: Decode<number> = (value, route, path) => numberIf(value, route, path) ?? 0

/** Empty where it is absent. */
export const object: Decode<JsonObject> = (value = {}, route, path) =>
  isJsonObject(value) ? value : misread(route, path, "an object", value)

/** As it came. */
export const asIs: Decode<JsonValue | undefined> = (value) => value

/** Empty where it is absent or null: v2 leaves out empty lists. */
export function list<T>(decode: Decode<T>): Decode<T[]> {
  return (value, route, path) => {
    const items = value ?? []
    return Array.isArray(items)
      ? items.map((item, index) => decode(item, route, `${path}[${index}]`))
      : misread(route, path, "an array", items)
  }
}

/** What another decoder gives, turned into something else. */
export function map<T, U>(decode: Decode<T>, turn: (decoded: T) => U): Decode<U> {
  return (value, route, path) => turn(decode(value, route, path))
}

/** @throws ProtocolError */
export function misread(route: string, path: string, expected: string, received: unknown): never {
  throw new ProtocolError(`${route}: ${path} should be ${expected}, not ${describeJson(received)}`, { route, path })
}
