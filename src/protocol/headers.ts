/** Header names of the wire, in one place. Lower case, as HTTP/2 and `Headers` have them. */

/** `<millis>,<base64 of 10 bytes>`: makes the ids of a batch predictable, so that a repeated request is the same events. */
export const eventIdSeedHeader = "x-inngest-event-id-seed"
/** Branch environment; accepted and ignored by dev and self-hosted servers. */
export const envHeader = "x-inngest-env"
/** Sent by every real server with every answer but a preflight: `dev` or `cloud` (also self-hosted). */
export const serverKindHeader = "x-inngest-server-kind"
export const requestIdHeader = "x-request-id"
export const retryAfterHeader = "retry-after"

/** Of a call, and read by nobody here: the run, the queue item, which attempt of it, the step asked for. */
export const callInfoHeaders = {
  runId: "x-run-id",
  jobId: "x-inngest-job-id",
  generationId: "x-inngest-generation-id",
  stepId: "x-inngest-step-id",
} as const

/** Of the traffic between server and SDK: calls, their answers, syncs. Apart, so that clients don't carry them. */
export const callHeaders = {
  /** Of an answer: seconds, or a time in RFC 3339. */
  retryAfter: "retry-after",
  /** Of a sync: which kind of server asks for it. */
  serverKind: "x-inngest-server-kind",
  /** Of a call: what the SDK last answered, -1 before that. Of an answer: 2, or 1 for discovery after every member of a parallel group. */
  requestVersion: "x-inngest-req-version",
  /** `t=<unix s>&s=<hex>`, see signature.ts. */
  signature: "x-inngest-signature",
  /** Of an SDK: `inngest-js:v4.24.0`. An answer without it is a failed attempt. */
  sdk: "x-inngest-sdk",
  /** What serves the functions: `nodejs`, `hono`, … */
  framework: "x-inngest-framework",
  /** `in_band` or `out_of_band`. */
  syncKind: "x-inngest-sync-kind",
  /** Of a sync: the kind of server it is meant for; another one answers 400. */
  expectedServerKind: "x-inngest-expected-server-kind",
  /** Of an answer that is an error: `true` where it is final. */
  noRetry: "x-inngest-no-retry",
} as const
