/** Header names of the wire, in one place. Lower case, as HTTP/2 and `Headers` have them. */
export const headers = {
  /** `<millis>,<base64 of 10 bytes>`: makes the ids of a batch predictable, so that a repeated request is the same events. */
  eventIdSeed: "x-inngest-event-id-seed",
  /** Branch environment; accepted and ignored by dev and self-hosted servers. */
  env: "x-inngest-env",
  /** Sent by every real server with every answer but a preflight: `dev` or `cloud` (also self-hosted). */
  serverKind: "x-inngest-server-kind",
  requestId: "x-request-id",
  retryAfter: "retry-after",
} as const

/**
 * The seed header's value.
 *
 * The n-th event (1-based) of the request gets the ULID of `timeMs` and `randomness` with n added to its last four bytes.
 * @source contract measured on the server, vectors `event-seed-header`, `store-11-batch-same-name-order`
 */
export function formatEventIdSeed(timeMs: number, randomnessBase64: string): string {
  return `${timeMs},${randomnessBase64}`
}
