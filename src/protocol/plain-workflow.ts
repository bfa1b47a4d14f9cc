/**
 * The workflow states that are met as a rule, written and read in one go. What is unusual (bigint, members of other names, other spellings
 * of the keys) and what is wrong are left to workflow.ts, which takes all there is and tells why it takes something not.
 */
import { type JsonValue, isJsonObject, isPlain, readPlain } from "../shared/json-value.ts"
import type { WorkflowState } from "./workflow.ts"
import { type FieldKind, type Fields, entryFields, stateFields, zeroTime } from "./workflow-fields.ts"

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
  for (const field of fields) {
    let value: unknown = given[field[from]]
    if (value !== undefined) knownCount++
    // Go reads null as the zero value; writers may not say it where it is none.
    if (value === undefined || (value === null && from === 0)) value = zeros[field[2]]
    value = held(value, field[2], from)
    if (value === undefined) return undefined
    result[field[1 - from] as string] = value
  }
  return knownCount === Object.values(given).filter((member) => member !== undefined).length ? result : undefined
}

const zeros: Record<FieldKind, JsonValue> = { text: "", integer: 0, time: zeroTime, any: null, history: null }

/** A field's value on the other side; `undefined` where it is unusual. */
function held(value: unknown, kind: FieldKind, from: 0 | 1): unknown {
  if (kind === "any") return from === 0 || isPlain(value) ? value : undefined
  // An int64 has one zero.
  if (kind === "integer") return Number.isSafeInteger(value) ? value || 0 : undefined
  if (kind === "history") {
    const entries = value && Array.isArray(value) ? value.map((entry) => convert(entry, entryFields, from)) : value
    return entries === null || (Array.isArray(entries) && !entries.includes(undefined)) ? entries : undefined
  }
  const text = value instanceof Date && kind === "time" ? value.toJSON() : value
  return typeof text === "string" && (kind === "text" || isUsualTime(text)) ? text : undefined
}

/** In UTC, and a day that there is: of the 30th of February engines make the 2nd of March, or nothing. */
function isUsualTime(text: string): boolean {
  return /^\d{4}-.{14}(\.\d+)?Z$/.test(text) && new Date(text).toJSON()?.startsWith(text.slice(0, 19)) === true
}
