import type { EventInput } from "./event-type.ts"

/** An event as text, before it has its place in a request. */
export interface WrittenEvent {
  readonly event: EventInput
  /** JSON, with the caller's id or without one. */
  readonly text: string
  /** With id. */
  readonly sizeBytes: number
  /** The event's, not the server's: the caller's, or that of the first request it was part of, and kept. */
  id: string | undefined
}
