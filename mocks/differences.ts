/** Where the embedded server answers other than the real one, on purpose. */

/** Why: what the real server does there loses data, crashes, leaks, is random, or is its dashboard's. */
export type DifferenceReason = "loses data" | "crashes" | "leaks" | "is random" | "is the dashboard's"

export interface Difference {
  /** What is asked. */
  readonly where: string
  readonly real: string
  readonly ours: string
  readonly reason: DifferenceReason
  /** Recorded exchanges that show it. */
  readonly vectors: readonly string[]
}

/** All of them. A test holds the list against the recordings: a difference that is not here is a bug, and so is a row that is none. */
export const differences: readonly Difference[] = [
  {
    where: "GET, PUT, DELETE /v1/workflows…",
    real: "404 as text: no such route, whatever is saved is lost",
    ours: "keeps workflow states; an absent one is a JSON 404 without x-inngest-server-kind; in self-hosted mode 401 without a key",
    reason: "loses data",
    vectors: [
      "workflow-get",
      "workflow-get-encoded-slash",
      "workflow-get-nested-path",
      "workflow-get-with-origin",
      "workflow-head",
      "workflow-list",
      "workflow-post",
      "workflow-put",
      "auth-workflow-auth",
      "auth-workflow-no-auth",
    ],
  },
  {
    where: "POST /e, POST /e/a/b",
    real: "200 by the dashboard's page, and the event is lost",
    ours: "404",
    reason: "loses data",
    vectors: ["event-no-key-no-slash", "event-key-extra-segment"],
  },
  {
    where: "an event that was acknowledged",
    real: "may be lost when the server stops within 250 ms",
    ours: "is on disk before the answer",
    reason: "loses data",
    vectors: [],
  },
  {
    where: "a reason in the body of POST /v2/runs/{id}/cancel",
    real: "nobody looks at it",
    ours: "is kept, and shown in the trace's metadata",
    reason: "loses data",
    vectors: [],
  },
  {
    where: "GET /v1/events… right after POST /e/{key}",
    real: "shows the event after 0 to 250 ms, or later behind a backlog",
    ours: "shows it at once",
    reason: "is random",
    vectors: ["store-2-load-immediately", "event-get-too-early"],
  },
  {
    where: "order of events inside one millisecond",
    real: "random, also of one request's events",
    ours: "the order of arrival",
    reason: "is random",
    vectors: ["store-12-batch-order-read"],
  },
  {
    where: "a request with an x-inngest-event-id-seed that was used before",
    real: "a second row under the same internal id, of which a page edge may hide one",
    ours: "the same row; an event that says something else gets the next free id, and the answer tells it",
    reason: "loses data",
    vectors: [],
  },
  {
    where: "paths outside /e, /v0, /v1, /v2, /api/v2",
    real: "200 for any method, by the dashboard's page; a slash at the end is a 303",
    ours: "404 as text",
    reason: "is the dashboard's",
    vectors: ["workflow-root", "invoke-no-slug"],
  },
  {
    where: "GET /v0/",
    real: "the GraphQL playground, which loads its scripts from another host",
    ours: "404 as text",
    reason: "is the dashboard's",
    vectors: ["v0-playground"],
  },
  {
    where: "GET /v1/cancellations, DELETE /v1/cancellations/{id}, and a POST that is valid",
    real: "500 with an empty body: nothing is wired up behind them",
    ours: "as the published API says: a list, and 404 for what there is not",
    reason: "crashes",
    vectors: ["auth-cancellations-list", "cancellations-create-full-slug", "cancellations-delete-unknown"],
  },
  {
    where:
      "self-hosted mode: /v0/gql, /invoke/{slug}, /mcp, /metrics, /api/v2/operations, /debug/pprof/, /dev/traces, without a key",
    real: "answered: whoever reaches the port reads all events and starts functions",
    ours: "401, as all the rest but /health",
    reason: "leaks",
    vectors: [
      "auth-gql-events-no-auth",
      "auth-gql-no-auth",
      "auth-gql-read-events-no-auth-after-data",
      "auth-invoke-no-auth",
      "auth-mcp-no-auth",
      "auth-metrics-no-auth",
      "auth-pprof-no-auth",
      "auth-traces-no-auth",
      "auth-v2-operations-no-auth",
    ],
  },
  {
    where: "self-hosted mode: paths that are no route, without a key",
    real: "the dashboard's page, or a 303 to it",
    ours: "401",
    reason: "is the dashboard's",
    vectors: ["auth-event-no-key", "auth-unknown-path"],
  },
  {
    where: "the version in GET /dev",
    real: "its own, of a server that keeps no workflow states",
    ours: '"inngest-kit/…", by which a client tells that saved states are kept',
    reason: "loses data",
    vectors: ["dev-info"],
  },
  {
    where: "NoUI in GET /dev",
    real: "false",
    ours: "true: there is no dashboard",
    reason: "is the dashboard's",
    vectors: ["dev-info"],
  },
  {
    where: "requests from pages of other machines, or by another Host",
    real: "answered, and every origin may read",
    ours: "on a port: 403, unless the origin is of this machine or was named with the cors option",
    reason: "leaks",
    vectors: [],
  },
  {
    where:
      "a body of more than 64 MiB or 4 194 304 values of JSON; 32 MiB of a workflow state, 4 MiB of what is neither that nor events",
    real: "no bound was found besides those of single events: 5000 of 3 MiB in one request",
    ours: "413, before it is read",
    reason: "crashes",
    vectors: [],
  },
]
