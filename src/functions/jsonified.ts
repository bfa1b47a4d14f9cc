/** What a value is after it went through JSON, as every step result and every event does: the type says so, since it does happen. */

/** `T` written as JSON and read again: a Date is a string, `undefined` is null, methods are gone, a Map is `{}`. */
export type Jsonified<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null
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

type JsonifiedMembers<T> = {
  -readonly [
    Name in keyof T as Name extends symbol ? never : Exclude<T[Name], NotJson> extends never ? never : Name
  ]: Jsonified<Exclude<T[Name], NotJson>>
} extends infer Members
  ? { [Name in keyof Members as Name extends MaybeAbsent<T> ? never : Name]: Members[Name] } & {
      [Name in keyof Members as Name extends MaybeAbsent<T> ? Name : never]?: Members[Name]
    } extends infer Both
    ? { [Name in keyof Both]: Both[Name] }
    : never
  : never

/** Members that are left out when they hold what is no JSON. */
type MaybeAbsent<T> = { [Name in keyof T]-?: Extract<T[Name], NotJson> extends never ? never : Name }[keyof T]
