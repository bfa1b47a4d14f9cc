/** What a command is (data about it, and where its code is loaded from), what it is given, and what it can reach while it runs. */
import type { InngestClient } from "../src/index.ts"
import type { Completes } from "./completes.ts"
import type { FlagSpec, FlagValues } from "./flag.ts"
import type { FlagValue, PayloadItem } from "./grammar/ast.ts"
import type { PayloadSource } from "./grammar/payload.ts"
import type { Change, Effect } from "./effects.ts"
import type { View } from "./render/view.ts"
import type { PlannedRequest, Result } from "./result.ts"
import type { OpenStore } from "./open-store.ts"
import type { Session, ShownNoun } from "./session.ts"
import type { Sessions } from "./sessions.ts"
import type { Terminal } from "./terminal.ts"

export type { Effect } from "./effects.ts"

export interface OperandSpec {
  readonly name: string
  readonly summary: string
  readonly isOptional?: boolean
  /** Takes all that follow; only the last can. */
  readonly repeats?: boolean
  /** What TAB offers. */
  readonly completes?: Completes
  /** Taken as it is, also where it looks like a part of a payload: `/v2/runs?limit=5`. */
  readonly isLiteral?: boolean
}

export interface PayloadKey {
  readonly name: string
  /** Its value is JSON5: `input:=…`. */
  readonly isJson?: boolean
  /** All that its value can be. */
  readonly values?: readonly string[]
}

export interface CommandSpec {
  /** `["send"]`, or noun and verb: `["workflow", "load"]`. */
  readonly name: readonly [string] | readonly [string, string]
  /** Other names of the last word. */
  readonly aliases?: readonly string[]
  /** Names that it goes by without its noun: `tail`. */
  readonly shorthands?: readonly string[]
  /** Runs when the noun stands alone. */
  readonly isDefault?: boolean
  readonly summary: string
  readonly effect: Effect
  /** `method`: the first word is one of HTTP and says what the effect is; `effect` is the most that it can be. */
  readonly effectBy?: "method"
  readonly operands?: readonly OperandSpec[]
  /** What the payload is; absent: the command takes none. */
  readonly payload?: string
  /** What TAB offers for its keys. */
  readonly payloadKeys?: readonly PayloadKey[]
  readonly flags?: readonly FlagSpec[]
  readonly examples: readonly string[]
  /** About the shell alone: works also where the configuration is broken. */
  readonly needsNoProfile?: boolean
  readonly load: () => Promise<CommandModule>
}

export interface CommandModule {
  readonly run: (call: Call, context: Context) => Promise<Result>
}

/** `workflow save`, as it is typed; `workflows` for what a noun does alone. */
export function commandTitle({ name, isDefault }: Pick<CommandSpec, "name" | "isDefault">): string {
  return isDefault === true ? name[0] : name.join(" ")
}

export interface NounSpec {
  readonly names: readonly string[]
  /** What runs when the noun stands alone. */
  readonly main: CommandSpec
  /** The verbs' first names. */
  readonly verbs: readonly string[]
  verb(name: string): CommandSpec | undefined
}

/** Commands under a title of `help`. */
export interface CommandGroup {
  readonly title: string
  readonly commands: readonly CommandSpec[]
}

export interface Registry {
  readonly commands: readonly CommandSpec[]
  readonly groups: readonly CommandGroup[]
  /** Every flag of any command. */
  readonly flags: readonly FlagSpec[]
  readonly nouns: readonly NounSpec[]
  /** All that can stand first, for did-you-mean and completion. */
  readonly names: readonly string[]
  /** A command of one word. */
  single(name: string): CommandSpec | undefined
  noun(name: string): NounSpec | undefined
}

/** What a command was given. */
export interface Call {
  readonly command: CommandSpec
  readonly operands: readonly string[]
  readonly payload: readonly PayloadItem[]
  readonly flags: FlagValues
}

/** What all lines of one process share. */
export interface Shell {
  readonly sessions: Sessions
  readonly registry: Registry
  readonly terminal: Terminal
  /** Flags that the process was started with, and under them what the configuration says. */
  readonly startFlags: FlagValues
  /** What `set` has set in this session. */
  readonly settings: Map<string, readonly FlagValue[]>
  /** What the configuration says, which stands under `startFlags`. */
  readonly savedSettings: Map<string, readonly FlagValue[]>
  /** `settings` over `startFlags`: what holds where a line says nothing. */
  readonly defaults: FlagValues
  /** `argv`: there is one command · `script`: lines of stdin or of `-e`, and nobody is asked · `typed`: a person types lines. */
  readonly input: "argv" | "script" | "typed"
  /** Whether lines come from stdin, so that no payload can. */
  readonly isStdinTaken: boolean
  /** Of a script: where the statement begins, 1 for its first line. */
  readonly firstLine?: number | undefined
}

/** What a running command can reach. */
export interface Context {
  readonly session: Session
  readonly shell: Shell
  readonly registry: Registry
  readonly terminal: Terminal
  readonly view: View
  /** Ctrl-C, and the end of `--timeout`. */
  readonly signal: AbortSignal
  readonly source: PayloadSource
  /** Where lines come from, see Shell. */
  readonly input: "argv" | "script" | "typed"
  /** Nothing is written anywhere: `--dry-run`, `--curl`. */
  readonly isDryRun: boolean
  /** Of this call. */
  readonly effect: Effect
  /** The client of the session's server, connected. @throws CommandError `unreachable` */
  client(): Promise<InngestClient>
  /** Where workflow states are. @throws CommandError */
  store(): Promise<OpenStore>
  /** The server, for questions: `prod (https://api.inngest.com)`. */
  place(): Promise<string>
  /** The server and the store on it, for questions: `prod (state store redis://host)`. */
  statePlace(opened: OpenStore): string
  /** Where a dry run keeps what would have been sent. */
  readonly planned: PlannedRequest[]
  /** An id as typed; `_` is the last one that was shown. @throws CommandError */
  idOf(noun: ShownNoun, text: string): Promise<string>
  /** Several, `-` for those on stdin. @throws CommandError */
  idsOf(noun: ShownNoun, operands: readonly string[]): Promise<string[]>
  /**
   * Ask before a change, as far as the ladder of safety has a question. Every change passes here.
   *
   * @param on where it happens, when that is another session.
   * @throws CommandError when the answer is no, or nobody can be asked.
   */
  confirm(question: Question, on?: Session): Promise<void>
  /** A result before the command ends. */
  show(result: Result): Promise<void>
  /** One line for the person. */
  note(text: string): Promise<void>
}

export interface Question extends Change {
  /** `Delete workflow order-7 on …?` */
  readonly ask: string
  /** Said before it: what the ids are. */
  readonly preview?: readonly string[]
  /** What is said when nobody can be asked: `1 workflow would be deleted`. */
  readonly would: string
  /** What would be done, for programs. */
  readonly plan: Readonly<Record<string, unknown>>
  /**
   * The line that would do it has `ids` in place of the words and of these flags, which picked them: what fits later is not in the plan. Absent:
   * it is the line again.
   */
  readonly pickedBy?: readonly string[]
}
