/** What a command gives back: a value with a type. It is turned into text in one place (render/), never by the command. */
import type { ReceivedEvent, WorkflowState } from "../src/index.ts"

/** `data` of each type of result, as `-o json` prints it. */
export interface ResultData {
  sent: { eventIds: readonly string[]; name: string }
  events: readonly ReceivedEvent[]
  event: ReceivedEvent
  workflows: readonly WorkflowState[]
  workflow: WorkflowState
  saved: { workflowId: string; revision: string | null; isNew: boolean; changed: readonly string[] }
  deleted: { workflowIds: readonly string[]; absent: readonly string[] }
  serving: { url: string; storage: "disk" | "memory"; directory: string | null }
  /** Requests that were not sent: by `--dry-run`, by `--curl`. */
  plan: readonly PlannedRequest[]
  curl: readonly PlannedRequest[]
  help: { usage: string; commands: readonly HelpEntry[] }
  version: { version: string }
  /** Nothing to show. */
  none: null
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
}

export type ResultOf<T extends ResultType> = { readonly type: T; readonly data: ResultData[T] } & ResultExtras

export type Result = { [T in ResultType]: ResultOf<T> }[ResultType]
