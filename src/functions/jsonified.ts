/** What a value is after it went through JSON, as every step result and every event does: the type says so, since it does happen. */
import type { JsonValue } from "../shared/json.ts"

/** `T` written as JSON and read again: a Date is a string, `undefined` is null, methods are gone, a Map is `{}`. */
export type Jsonified<T> = unknown extends T ? T : [JsonValue] extends [T] ? T : JsonifiedOf<T>

type JsonifiedOf<T> = T extends string | number | boolean | null
  ? T
  : T extends { toJSON(...args: never[]): infer Shown }
    ? Jsonified<Shown>
    : T extends NotJson
      ? null
      : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | RegExp | Error | Promise<unknown>
        ? Record<string, never>
        : T extends readonly unknown[]
          ? { -readonly [Index in keyof T]: Jsonified<T[Index]> }
          : T extends object
            ? JsonifiedMembers<T>
            : never

/** Dropped from objects, null elsewhere. `void` is what a step without a result returns. */
type NotJson = undefined | void | symbol | bigint | ((...args: never[]) => unknown)

type JsonifiedMembers<T> = Flat<
  { -readonly [Name in Exclude<Kept<T>, MaybeAbsent<T>>]: Jsonified<T[Name]> } & {
    -readonly [Name in Extract<Kept<T>, MaybeAbsent<T>>]?: Jsonified<Exclude<T[Name], NotJson>>
  }
>

/** One object type, as people write it. */
type Flat<T> = { [Name in keyof T]: T[Name] }

/** Members that can hold something JSON has. */
type Kept<T> = {
  [Name in keyof T]-?: Name extends symbol ? never : Exclude<T[Name], NotJson> extends never ? never : Name
}[keyof T]

/** Members that are left out when they hold what is no JSON. */
type MaybeAbsent<T> = { [Name in keyof T]-?: Extract<T[Name], NotJson> extends never ? never : Name }[keyof T]
