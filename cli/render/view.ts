import type { Theme } from "./theme.ts"

export type Format = "table" | "json" | "ndjson" | "id"

/** For whom a result is written. */
export interface View {
  readonly format: Format
  /** A terminal is looking: short times, ✓, lines that fit. Anything else gets full times and whole lines. */
  readonly isTerminal: boolean
  readonly width: number | undefined
  readonly theme: Theme
  readonly nowMs: number
  /** Times in full, in UTC, also on a terminal. */
  readonly isUtc?: boolean
  /** `--fields`, split. */
  readonly fields?: readonly string[] | undefined
  /** `--get` */
  readonly get?: string | undefined
}
