/** What a command gives back: a value with a type. It is turned into text in one place (render/), never by the command. */
import type {
  AppInfo,
  FunctionInfo,
  HistoryEntry,
  JsonValue,
  ReceivedEvent,
  Run,
  RunTrace,
  WorkflowState,
} from "../src/index.ts"

/** `data` of each type of result, as `-o json` prints it. `schema.json` says the same for other programs. */
export interface ResultData {
  sent: { eventIds: readonly string[]; name: string; runs?: readonly Run[] }
  events: readonly ReceivedEvent[]
  event: ReceivedEvent
  /** Rows that come one after the other. */
  tailed: readonly ReceivedEvent[]
  tailedRuns: readonly Run[]
  exportedEvents: readonly ReceivedEvent[]
  exported: { file: string; count: number }
  copied: { eventIds: readonly string[]; from: readonly string[]; profile: string }
  signalled: { signal: string; runId: string | null }
  runs: readonly Run[]
  run: Run
  trace: RunTrace
  output: JsonValue
  cancelled: {
    runIds: readonly string[]
    hadEnded: readonly string[]
    failed: readonly Failed[]
    /** As it was given. */
    reason?: string
  }
  rerun: { started: readonly { from: string; runId: string }[]; failed: readonly Failed[] }
  invoked: { functionId: string; runId: string; run?: Run }
  functions: readonly FunctionInfo[]
  function: FunctionInfo
  apps: readonly AppInfo[]
  app: AppInfo
  synced: { url: string; modified: boolean | null; message: string | null }
  workflows: readonly WorkflowState[]
  exportedWorkflows: readonly WorkflowState[]
  workflow: WorkflowState
  history: readonly HistoryEntry[]
  saved: { workflowId: string; revision: string | null; isNew: boolean; changed: readonly string[] }
  imported: { workflowIds: readonly string[]; skipped: readonly string[] }
  deleted: { workflowIds: readonly string[]; absent: readonly string[] }
  undone: { workflowId: string; what: string; isDeleted: boolean }
  answer: JsonValue
  serving: { url: string; storage: "disk" | "memory"; directory: string | null }
  profiles: readonly ProfileEntry[]
  profile: ProfileEntry
  removed: { profile: string }
  whoami: Identity
  doctor: readonly Finding[]
  options: readonly { name: string; value: string | null; source: string }[]
  lines: readonly string[]
  completion: { shell: string; script: string }
  /** Requests that were not sent: by `--dry-run`, by `--curl`. */
  plan: readonly PlannedRequest[]
  curl: readonly PlannedRequest[]
  help: { usage: string; commands: readonly HelpEntry[] }
  version: { version: string }
  /** Nothing to show. */
  none: null
}

/** One of several that could not be done. */
export interface Failed {
  readonly id: string
  readonly message: string
}

export interface ProfileEntry {
  readonly name: string
  readonly isCurrent: boolean
  /** `null`: the embedded server, or what listens where Inngest does. */
  readonly url: string | null
  readonly env: string | null
  /** As written; `null`: the server's own. */
  readonly store: string | null
  readonly isProtected: boolean
  readonly isReadOnly: boolean
  /** Where keys are, never what they are. */
  readonly keys: Readonly<Record<string, string>>
  readonly definedBy: "built-in" | "user" | "project"
}

export interface Identity {
  readonly profile: string
  readonly url: string
  readonly server: string
  readonly env: string | null
  /** Masked; `null` where there is none. */
  readonly eventKey: string | null
  /** The variable or command that has it, or would. */
  readonly eventKeyFrom: string
  readonly signingKey: string | null
  readonly signingKeyFrom: string
  readonly store: string
  readonly isProtected: boolean
  readonly isReadOnly: boolean
}

/** A line of `doctor`. */
export interface Finding {
  readonly name: string
  /** What holds, keys masked; `null` where nothing is set. */
  readonly value: string | null
  /** The flag, variable or file that says so, or what was asked. */
  readonly source: string
  readonly state: "ok" | "warning" | "error"
  /** What is wrong, and what to do. */
  readonly note: string | null
}

export interface PlannedRequest {
  readonly method: string
  readonly url: string
  /** Parsed where it is JSON; `null` without one. */
  readonly body: unknown
  /** As a command of a shell; keys are the names of their variables. */
  readonly curl: string
}

export interface HelpEntry {
  readonly name: string
  readonly aliases: readonly string[]
  readonly summary: string
  readonly effect: string
  readonly operands: readonly { readonly name: string; readonly summary: string }[]
  readonly payload: string | null
  readonly flags: readonly { readonly name: string; readonly summary: string }[]
  readonly examples: readonly string[]
}

export type ResultType = keyof ResultData

interface ResultExtras {
  /** More follow: what the next call takes as its cursor. */
  readonly page?: { readonly cursor: string }
  /** Of a single workflow state: what `--if-revision` takes. */
  readonly revision?: string
  /** Commands that a person may want next. */
  readonly next?: readonly string[]
  /** A sentence for a person; no data. */
  readonly note?: string
  /** What the process ends with, when the command itself worked and what it asked for did not: 9, the awaited run failed. */
  readonly exitCode?: number
  /** It was shown on the way. */
  readonly isShown?: true
}

export type ResultOf<T extends ResultType> = { readonly type: T; readonly data: ResultData[T] } & ResultExtras

export type Result = { [T in ResultType]: ResultOf<T> }[ResultType]
