/** The fields of a workflow state and of its history entries, in Go's declared order, which is the order on the wire. */

/** Go's zero time: it means "unset", not the year 1. */
export const zeroTime = "0001-01-01T00:00:00Z"

/** With Go's zero value, which tells what a field holds: text, an integer, a time, and with `null` any value, or the history. */
export type Field = readonly [wire: string, name: string, zero: string | number | null]

export type Fields = readonly Field[]

const withWireNames = (zeros: Readonly<Record<string, Field[2]>>): Fields =>
  Object.entries(zeros).map(([name, zero]) => [
    (name.charAt(0).toUpperCase() + name.slice(1)).replace(/Id$/, "ID").replace("Ns", ""),
    name,
    zero,
  ])

export const stateFields: Fields = /* @__PURE__ */ withWireNames({
  workflowId: "",
  runId: "",
  status: "",
  input: null,
  result: null,
  error: "",
  history: null,
  createdAt: zeroTime,
  updatedAt: zeroTime,
})

export const entryFields: Fields = /* @__PURE__ */ withWireNames({
  id: 0,
  type: "",
  timestamp: zeroTime,
  activityName: "",
  input: null,
  result: null,
  error: "",
  signalName: "",
  signalPayload: null,
  durationNs: 0,
})
