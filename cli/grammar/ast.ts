/** What a line or an argv says, before anything is looked up or read. */

/** Where something stands in what was typed, both 1-based; columns count characters, not UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One word, its quotes taken off. An argv has words without positions: the user's shell split it. */
export interface Word {
  readonly text: string
  readonly at?: Position
}

export type PathSegment = string | number

/** `key=text`, `key:=json5`, `key=@file`, `key:=@file`. */
export interface Assignment {
  readonly kind: "assign"
  readonly path: readonly PathSegment[]
  /** `text` stays a string, `json` is read as JSON5. */
  readonly as: "text" | "json"
  readonly from: { readonly kind: "inline"; readonly text: string } | { readonly kind: "file"; readonly file: string }
}

export type PayloadItem =
  | Assignment
  /** `{…}` or `[…]` as typed. */
  | { readonly kind: "document"; readonly text: string }
  /** `@file` */
  | { readonly kind: "file"; readonly file: string }
  /** `-` */
  | { readonly kind: "stdin" }

/** A switch is on or off. Anything else is the text as typed and what it says: a number, milliseconds, a name in its one spelling. */
export type FlagValue = boolean | { readonly text: string; readonly value: string | number }

/** A command line, understood: the command that is meant, and everything it was given. */
export interface ParsedLine<Command> {
  readonly command: Command
  /** The values of each flag, in the order given. */
  readonly flags: ReadonlyMap<string, readonly FlagValue[]>
  readonly operands: readonly string[]
  readonly payload: readonly PayloadItem[]
}
