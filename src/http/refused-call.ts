/** What is wrong with the options of a call. Loaded with the first that are. */
import { type ValidationError, invalid } from "../shared/validation-error.ts"
import type { Duration } from "../shared/duration.ts"
import { noDuration } from "./duration-option.ts"

/** @param names of the options that the call has. */
export function refusedCall(options: { timeout?: Duration | undefined }, names: readonly string[]): ValidationError {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  return unknown === undefined
    ? invalid("timeout", noDuration(options.timeout))
    : invalid(unknown, `is none of the options ${names.join(", ")}`)
}
