/**
 * What a command may change. `read` and `write` are about the server, `destroy` can't be taken back there, `local` touches only this machine.
 * Confirmations and dry runs follow from it.
 */
export type Effect = "read" | "write" | "destroy" | "local"

/** A change that is about to be made. */
export interface Change {
  readonly effect: Extract<Effect, "write" | "destroy">
  /** `cancel` */
  readonly verb: string
  /** What is changed. The set is fixed: what comes later is not in it. */
  readonly ids: readonly string[]
}
