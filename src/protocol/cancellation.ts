/** Bulk cancellations on the wire: `/v1/cancellations`. */
import { type Decode, shape, text, textIf } from "./shape.ts"

/** Cancels the runs of a function that were started in a span of time, also those that start within it later. Times are RFC 3339. */
export interface Cancellation {
  id: string
  /** As the server names it: its slug, or its UUID. */
  functionId?: string | undefined
  startedAfter?: string | undefined
  startedBefore?: string | undefined
  /** Which of them: an expression over `event`. */
  if?: string | undefined
}

/** @source the published API; dev and self-hosted servers crash before they answer one (measured) */
export const decodeCancellation: Decode<Cancellation> = /* @__PURE__ */ shape({
  id: text,
  functionId: ["function_id", textIf],
  startedAfter: ["started_after", textIf],
  startedBefore: ["started_before", textIf],
  if: textIf,
})
