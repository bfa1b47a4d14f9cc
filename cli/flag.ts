/** What a flag is, and what a command reads of those it was given. */
import type { Completes } from "./completes.ts"

export interface FlagSpec {
  readonly name: string
  readonly short?: string
  /** `switch` has no value; `text` takes any. The others are checked before the command runs. */
  readonly kind: "switch" | "text" | "integer" | "duration" | "time" | "choice"
  /** Of a `duration`: may stand without a value, which is then this one. A value has to follow a `=`. */
  readonly alone?: string
  readonly summary: string
  /** What the usage shows as the value. */
  readonly hint?: string
  /** Of a `choice`. */
  readonly values?: readonly string[]
  /** What TAB offers as its value. */
  readonly completes?: Completes
  /** Other spellings that a `choice` takes → the value they stand for. */
  readonly synonyms?: Readonly<Record<string, string>>
  /** May be given more than once. */
  readonly repeats?: boolean
  /** Bounds of an `integer`. */
  readonly min?: number
  readonly max?: number
}

/** Flags of one call. A name that was not given reads as `undefined`, `false` or `[]`. */
export interface FlagValues {
  /** The last one given: as typed, a `choice` in its one spelling. */
  text(name: string): string | undefined
  all(name: string): readonly string[]
  /** Of an `integer`; milliseconds of a `duration`; milliseconds since 1970 of a `time`. */
  number(name: string): number | undefined
  /** `true`, or `false` for `--no-name`; `undefined` when not given. */
  toggle(name: string): boolean | undefined
  isOn(name: string): boolean
}
