/** One event, as data. */

/** A stored event. */
export interface EventRow {
  /** ULID, upper case. */
  readonly internalId: string
  readonly receivedAtMs: number
  /** The sender's id; the internal id where the sender gave none. */
  readonly id: string
  readonly name: string
  /** JSON text of an object; `null` when there is none. */
  readonly data: string | null
  /** Milliseconds since the epoch. */
  readonly ts: number
  readonly v: string | undefined
  /** JSON text of an object. */
  readonly user: string | undefined
}

/** An event that somebody sent. */
export interface Arrival {
  /** Place among all that were sent, counted from 1. */
  readonly place: number
  readonly row: EventRow
}
