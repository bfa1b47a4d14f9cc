import type { Registry } from "./command.ts"
import type { FlagValues } from "./flag.ts"
import type { Session } from "./session.ts"
import type { Terminal } from "./terminal.ts"

/** What all lines of one process share. */
export interface Shell {
  readonly session: Session
  readonly registry: Registry
  readonly terminal: Terminal
  /** Flags that the process was started with; a line's own come before them. */
  readonly startFlags: FlagValues
  /** `argv`: there is one command · `script`: lines of stdin or of `-e`, and nobody is asked · `typed`: a person types lines. */
  readonly input: "argv" | "script" | "typed"
  /** Whether lines come from stdin, so that no payload can. */
  readonly isStdinTaken: boolean
}
