/** The fields of a workflow state and of its history entries, in Go's declared order, which is the order on the wire. */
export type FieldKind = "text" | "integer" | "time" | "any" | "history"

export type Field = readonly [wire: string, name: string, kind: FieldKind]

export type Fields = readonly Field[]

const table = (rows: string): Fields => rows.split(",").map((row) => row.split(" ") as unknown as Field)

export const stateFields: Fields = /* @__PURE__ */ table(
  "WorkflowID workflowId text,RunID runId text,Status status text,Input input any,Result result any,Error error text," +
    "History history history,CreatedAt createdAt time,UpdatedAt updatedAt time",
)

export const entryFields: Fields = /* @__PURE__ */ table(
  "ID id integer,Type type text,Timestamp timestamp time,ActivityName activityName text,Input input any,Result result any," +
    "Error error text,SignalName signalName text,SignalPayload signalPayload any,Duration durationNs integer",
)
