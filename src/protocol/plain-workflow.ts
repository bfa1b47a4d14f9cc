/**
 * The workflow states that are met as a rule, written and read in one go. What is unusual (bigint, members of other names, other spellings
 * of the keys) and what is wrong are left to workflow.ts, which takes all there is and tells why it takes something not.
 */
import { isJsonObject, isPlain, readPlain } from "../shared/json-value.ts"
import type { WorkflowState } from "./workflow.ts"
import { type Field, type Fields, entryFields, stateFields, zeroTime } from "./workflow-fields.ts"

/** The wire document, as text; `undefined` for what `encodeState` has to look at. */
export function writePlainState(state: unknown): string | undefined {
  const wire = convert(state, stateFields, 1)
  return wire && JSON.stringify(wire)
}

/** The state of a wire document; `undefined` for what `decodeState` has to look at. */
export function readPlainState(text: string): WorkflowState | undefined {
  return convert(readPlain(text), stateFields, 0) as WorkflowState | undefined
}

/** @param from 0: the wire, 1: a state. */
function convert(given: unknown, fields: Fields, from: 0 | 1): Record<string, unknown> | undefined {
  if (!isJsonObject(given)) return undefined
  const result: Record<string, unknown> = {}
  let knownCount = 0
  for (const [wire, name, zero] of fields) {
    let value: unknown = given[from ? name : wire]
    if (value !== undefined) knownCount++
    // Go reads null as the zero value; writers may not say it where it is none.
    if (value === undefined || (value === null && !from)) value = zero
    if (value instanceof Date && zero === zeroTime) value = value.toJSON()
    if (name === "history" && Array.isArray(value)) {
      value = value.map((entry) => convert(entry, entryFields, from))
      if ((value as unknown[]).includes(undefined)) return undefined
    } else if (
      !holds(value, zero) ||
      (zero === null && (name === "history" ? value !== null : from && !isPlain(value)))
    )
      return undefined
    // An int64 has one zero.
    result[from ? wire : name] = zero === 0 ? value || 0 : value
  }
  return knownCount === Object.values(given).filter((member) => member !== undefined).length ? result : undefined
}

function holds(value: unknown, zero: Field[2]): boolean {
  return (
    zero === null ||
    (typeof value === typeof zero &&
      (zero !== 0 || Number.isSafeInteger(value)) &&
      (zero !== zeroTime || isUsualTime(String(value))))
  )
}

/** In UTC, and a day that there is: of the 30th of February engines make the 2nd of March, or nothing. */
function isUsualTime(text: string): boolean {
  return /^\d{4}-.{14}(\.\d+)?Z$/.test(text) && new Date(text).toJSON()?.startsWith(text.slice(0, 19)) === true
}
