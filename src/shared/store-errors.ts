import { type InngestKitErrorOptions, StoreError } from "./error.ts"

/** Somebody saved in between: load again, merge, save with the new revision. */
export class RevisionConflictError extends StoreError {
  declare readonly name: "RevisionConflictError"
  /** The revision the caller gave; `null` = must not exist. */
  declare readonly expected: string | null
  /** The stored revision; `null` = absent, `undefined` = the store did not say. */
  declare readonly actual: string | null | undefined

  constructor(
    message: string,
    fields: {
      workflowId: string
      expected: string | null
      actual?: string | null | undefined
      status?: number | undefined
    },
    options?: InngestKitErrorOptions,
  ) {
    super(message, fields, { ...options, code: "revision-conflict" })
  }
}

/** This driver or server has no such capability; see `store.flags`. */
export class UnsupportedError extends StoreError {
  declare readonly name: "UnsupportedError"
  declare readonly driver: string
  /** The missing capability: `list`, `revision`, `watch`, `workflows`. */
  declare readonly flag: string

  constructor(
    message: string,
    fields: { driver: string; flag: string; workflowId?: string; status?: number | undefined },
    options?: InngestKitErrorOptions,
  ) {
    super(message, { workflowId: "", ...fields }, { ...options, code: "unsupported" })
  }
}
