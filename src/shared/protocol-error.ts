import { InngestKitError, type InngestKitErrorOptions } from "./error.ts"

/** Bytes arrived, their meaning did not. */
export class ProtocolError extends InngestKitError {
  declare readonly name: "ProtocolError"
  /** The route or document that was read: `events.list`, `workflow state`. */
  declare readonly route: string
  /** Where in the document. */
  declare readonly path: string
  /** What was there, in short. */
  declare readonly received: string | undefined

  constructor(
    message: string,
    fields: { route: string; path?: string; received?: string | undefined },
    options?: InngestKitErrorOptions,
  ) {
    super("protocol", message, options, { path: "", ...fields })
  }
}
