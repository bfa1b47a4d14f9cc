import { InngestKitError, type InngestKitErrorOptions } from "./error.ts"

/** Some events of a `send` were taken and some were not. */
export class PartialSendError extends InngestKitError {
  declare readonly name: "PartialSendError"
  /** Internal ids of the events that were taken: the first `ids.length` events of the call, in order. */
  declare readonly ids: readonly string[]
  /** How many events of the call, from `ids.length` on, were not taken or are not known to be. */
  declare readonly remaining: number
  /**
   * Those events, each with the `id` it was or would have been sent under. Pass them to `send` again: what did get through the first time
   * starts no function twice. Not enumerable, since logs have no use for the data.
   */
  declare readonly rest: readonly {
    id: string
    name: string
    data?: object | null
    ts?: number
    v?: string
    user?: object
  }[]

  constructor(
    message: string,
    { rest = [], ...fields }: { ids: readonly string[]; remaining: number; rest?: PartialSendError["rest"] },
    options?: InngestKitErrorOptions,
  ) {
    super("partial-send", message, options, fields)
    Object.defineProperty(this, "rest", { value: rest })
  }
}
