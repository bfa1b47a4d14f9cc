/** What is wrong with the options of a call. Loaded with the first that are. */
import { type ValidationError, invalid } from "../shared/validation-error.ts"
import type { Duration } from "../shared/duration.ts"
import { noDuration } from "./duration-option.ts"

/** @param others the options that the call has besides `signal` and `timeout`; without them nothing is unknown. */
export function refusedCall(options: { timeout?: Duration | undefined }, others?: readonly string[]): ValidationError {
  const names = ["signal", "timeout", ...(others ?? [])]
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  return others === undefined || unknown === undefined
    ? invalid("timeout", noDuration(options.timeout))
    : invalid(unknown, `is none of the options ${names.join(", ")}`)
}
