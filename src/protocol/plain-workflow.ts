/**
 * The workflow states that are met as a rule, written and read in one go. What is unusual (bigint, members of other names, other spellings
 * of the keys) and what is wrong are left to workflow.ts, which takes all there is and tells why it takes something not.
 */
import { type JsonValue, isJsonObject, isPlain, readPlain } from "../shared/json-value.ts"
import { isTime, zeroTime } from "./go-time.ts"
import type { WorkflowState } from "./workflow.ts"
import { type FieldKind, type Fields, entryFields, stateFields } from "./workflow-fields.ts"

const zeros: Record<FieldKind, JsonValue> = { text: "", integer: 0, time: zeroTime, any: null, history: null }

/** Where a field's value comes from, and where it goes to. */
interface Direction {
  from: 0 | 1
  to: 0 | 1
}

/** The wire document, as text; `undefined` for what `encodeState` has to look at. */
export function writePlainState(state: unknown): string | undefined {
  const wire = convert(state, stateFields, { from: 1, to: 0 })
  return wire && JSON.stringify(wire)
}

/** The state of a wire document; `undefined` for what `decodeState` has to look at. */
export function readPlainState(text: string): WorkflowState | undefined {
  return toPlainState(readPlain(text))
}

export function toPlainState(document: JsonValue | undefined): WorkflowState | undefined {
  return convert(document, stateFields, { from: 0, to: 1 }) as WorkflowState | undefined
}

function convert(given: unknown, fields: Fields, direction: Direction): Record<string, unknown> | undefined {
  if (!isJsonObject(given)) return undefined
  const { from, to } = direction
  const result: Record<string, unknown> = {}
  let knownCount = 0
  for (const field of fields) {
    const kind = field[2]
    let value: unknown = given[field[from]]
    if (value !== undefined) knownCount++
    // Go reads null as the zero value; writers may not say it where it is none.
    if (value === undefined || (from === 0 && value === null)) value = zeros[kind]
    if (value instanceof Date && kind === "time") value = value.toJSON()
    if (Array.isArray(value) && kind === "history") {
      value = value.map((entry) => convert(entry, entryFields, direction))
      if ((value as unknown[]).includes(undefined)) return undefined
    } else if (!holds[kind](value, from)) return undefined
    // An int64 has one zero.
    result[field[to]] = value === 0 && kind === "integer" ? 0 : value
  }
  return knownCount === Object.values(given).filter((member) => member !== undefined).length ? result : undefined
}

const holds: Record<FieldKind, (value: unknown, from: 0 | 1) => boolean> = {
  text: (value) => typeof value === "string",
  integer: (value) => Number.isSafeInteger(value),
  time: (value) => typeof value === "string" && isTime(value),
  any: (value, from) => from === 0 || isPlain(value),
  history: (value) => value === null,
}
