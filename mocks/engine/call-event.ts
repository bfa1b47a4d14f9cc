/** An event as calls and the internal events hold it: JSON text, members in the order of their names. */
import type { EventRow } from "./state.ts"

/** With its `user`, also when that is empty. Its data is null where the sender gave none. @source measured (recording `events-api`) */
export function callEventText({ data, id, name, ts, user, v }: EventRow): string {
  return (
    `{"data":${data},"id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"ts":${ts},"user":${user ?? "{}"}` +
    `${v === undefined ? "" : `,"v":${JSON.stringify(v)}`}}`
  )
}

/** Without an empty `user`: so the internal events list them, and so `/v0/runs/:id/batch` answers. */
export function withoutEmptyUser(event: string): string {
  return event.replace(/,"user":\{\}(?=(,"v":"(?:[^"\\]|\\.)*")?\}$)/, "")
}

/** An event as expressions see it. */
export function parseCallEvent(text: string): unknown {
  return JSON.parse(text)
}
