/** The fields of a workflow state and of its history entries, in Go's declared order, which is the order on the wire. */
export type FieldKind = "text" | "integer" | "time" | "any" | "history"

export type Field = readonly [wire: string, name: string, kind: FieldKind]

export type Fields = readonly Field[]

/** Go's zero time: it means "unset", not the year 1. */
export const zeroTime = "0001-01-01T00:00:00Z"

/** `Name`, `Name:kind`, `Name:kind:name`. */
const table = (rows: string): Fields =>
  rows.split(" ").map((row) => {
    const [wire = "", kind = "text", name = wire.charAt(0).toLowerCase() + wire.slice(1).replace("ID", "Id")] =
      row.split(":")
    return [wire, name, kind as FieldKind]
  })

export const stateFields: Fields = /* @__PURE__ */ table(
  "WorkflowID RunID Status Input:any Result:any Error History:history CreatedAt:time UpdatedAt:time",
)

export const entryFields: Fields = /* @__PURE__ */ table(
  "ID:integer:id Type Timestamp:time ActivityName Input:any Result:any Error SignalName SignalPayload:any Duration:integer:durationNs",
)
