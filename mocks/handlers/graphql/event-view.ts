/** Events as GraphQL shows them, in both of its generations. @source vectors `gql-event*` */
import { isUlid } from "../../../src/shared/id.ts"
import type { Engine } from "../../engine/engine.ts"
import { isEnded } from "../../engine/run.ts"
import type { EventRow } from "../../engine/state.ts"
import { readCursor, writeCursor } from "../cursor.ts"
import { writeGoString } from "../go-json.ts"
import { formatTime } from "../time-text.ts"
import { type RunFields, runView } from "./run-view.ts"

/** An event with its members in the order of their names, as the server keeps it. */
function rawOf({ data, id, name, ts, user, v }: EventRow): string {
  const owner = user === undefined ? "" : `"user":${user},`
  const version = v === undefined ? "null" : writeGoString(v)
  return `{"data":${data ?? "null"},"id":${writeGoString(id)},"name":${writeGoString(name)},"ts":${ts},${owner}"v":${version}}`
}

/** The first generation, of the stream and the list. */
export function eventView(engine: Engine, row: EventRow): Record<string, unknown> {
  const runs = engine.reads.runsOfEvent(row.internalId)
  return {
    id: row.internalId,
    externalID: row.id,
    name: row.name,
    createdAt: formatTime(row.receivedAtMs),
    payload: row.data ?? "{}",
    raw: () => rawOf(row),
    status: eventStatus(runs.map(({ phase }) => phase.kind)),
    totalRuns: runs.length,
    pendingRuns: runs.filter(({ phase }) => !isEnded(phase)).length,
    functionRuns: () => runs.map((run) => runView(engine, run)),
  }
}

function eventStatus(kinds: readonly string[]): string {
  if (kinds.length === 0) return "NO_FUNCTIONS"
  if (kinds.includes("running") || kinds.includes("queued")) return "RUNNING"
  if (!kinds.includes("failed")) return "COMPLETED"
  return kinds.every((kind) => kind === "failed") ? "FAILED" : "PARTIALLY_FAILED"
}

export function eventViewV2(engine: Engine, row: EventRow): Record<string, unknown> {
  return {
    id: row.internalId,
    idempotencyKey: row.id,
    name: row.name,
    occurredAt: formatTime(row.ts),
    receivedAt: formatTime(row.receivedAtMs),
    raw: () => rawOf(row),
    version: row.v ?? "",
    runs: (): RunFields[] => engine.reads.runsOfEvent(row.internalId).map((run) => runView(engine, run)),
  }
}

export function eventCursor(row: EventRow): string {
  return writeCursor({ ID: row.internalId })
}

/** The internal id of the event that a cursor names. */
export function eventIdOfCursor(cursor: string): string | undefined {
  const id = readCursor(cursor)?.ID
  return typeof id === "string" && isUlid(id) ? id : undefined
}
