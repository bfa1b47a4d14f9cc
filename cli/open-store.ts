import type { WorkflowStore } from "../src/index.ts"

/** A store of workflow states, and what people call it. */
export interface OpenStore {
  readonly store: WorkflowStore
  /** `redis://host`, `the embedded server's`. Holds no password. */
  readonly name: string
}

/** A key that a session has. */
export interface SessionKey {
  /** `undefined`: there is none. */
  readonly value: string | undefined
  /** The variable or the command. */
  readonly from: string
  readonly source: string
}

/** Instead of a variable, where the keys are those of a client that somebody else has made. */
export const clientSource = "the client"
