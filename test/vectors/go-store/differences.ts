/** Where ours is not like the Go store, on purpose. Everything else is. */

export type Side = "client" | "server"

/** Why: Go's way … */
export type Reason = "loses data" | "crashes" | "leaks" | "is random" | "is the dashboard's"

export interface Difference {
  vector: string
  side: Side
  reason: Reason
  note: string
}

const rows = (side: Side, reason: Reason, note: string, vectors: string): Difference[] =>
  vectors.split(" ").map((vector) => ({ vector, side, reason, note }))

export const differences: readonly Difference[] = [
  ...rows(
    "client",
    "loses data",
    "a redirect is a failure: Go turns PUT and DELETE into a GET and reports success, and takes a 3xx without Location for one",
    "redirect-save-301 redirect-save-302 redirect-save-303 redirect-save-307 redirect-save-308 redirect-delete-301 " +
      "redirect-delete-302 redirect-delete-303 redirect-delete-307 redirect-delete-308 redirect-loop redirect-bad-location " +
      "status-save-300 status-save-301 status-save-307 status-save-308 status-delete-300 status-delete-304 status-delete-308",
  ),
  ...rows(
    "client",
    "loses data",
    "a redirect is a failure of loads as well, or save and load would not agree on where a state is; a login page in between would be `absent`",
    "redirect-load-301 redirect-load-302 redirect-load-303 redirect-load-307 redirect-load-308 redirect-to-404 " +
      "status-load-300 status-load-301 status-load-307 status-load-308",
  ),
  ...rows("client", "leaks", "the document is not sent on to another host", "redirect-cross-host"),
  ...rows(
    "client",
    "loses data",
    "ids are encoded: Go cuts them at ? and #, so that several workflows are one",
    "id-collision id-hash id-hash-only id-question id-question-only",
  ),
  ...rows(
    "client",
    "loses data",
    "ids are encoded: Go takes an id for an escaped one, so that a%2Fb and a/b are one workflow",
    "id-percent-41 id-percent-escape id-percent-escape-space id-percent-escape-unicode id-percent-lower id-percent-nul",
  ),
  ...rows(
    "client",
    "loses data",
    "ids are encoded: Go saves nothing under an id with a control character or a bare %",
    "id-crlf id-del id-fmt-verb id-nul id-percent id-percent-bad id-tab",
  ),
  ...rows(
    "client",
    "leaks",
    "dots in an id are encoded, and refused where they are all of it: Go's request walks into another route of the server",
    "id-dot id-dotdot id-dotdot-middle id-dotdot-prefix id-percent-dotdot",
  ),
  ...rows(
    "client",
    "loses data",
    "an empty id is refused by load and delete as by save: Go asks for, and deletes, what has the path of the list",
    "id-empty",
  ),
  ...rows(
    "client",
    "loses data",
    "a query or fragment in the base URL is refused: with it, all workflows of Go are one",
    "base-fragment base-query",
  ),
  ...rows(
    "client",
    "leaks",
    "a password in the base URL is refused; `fetch` refuses it too, and URLs get into logs",
    "base-userinfo base-userinfo-key",
  ),
  ...rows(
    "client",
    "loses data",
    "members that the package does not know are kept, where Go drops them with its next save",
    "reply-unknown-fields reply-snake-case",
  ),
  ...rows("client", "loses data", "half a surrogate pair stays, where Go replaces it", "reply-lone-surrogate"),
  ...rows(
    "client",
    "is random",
    "an answer cut short is a failed request, which is tried again; in Go it hangs on the byte where the cut falls, here behind the value",
    "reply-short-body-complete-json",
  ),
  ...rows(
    "client",
    "is random",
    "the caller's signal ends a call until the whole answer is here; in Go only until its head is, which came first here: nothing is lost " +
      "either way, but one deadline is a failure or a success by how the network cuts one answer into pieces",
    "ctx-deadline-body-delete ctx-deadline-body-save",
  ),
  ...rows(
    "server",
    "loses data",
    "the path of an empty id is refused: all ids that begin with ? or # would be one workflow",
    "id-empty id-hash-only id-question-only",
  ),
]

/** Vectors that say nothing about JavaScript, or nothing about a side. A vector without a request is none of the server's anyway. */
export const notApplicable: readonly { vector: string; side: Side; note: string }[] = [
  ...["value-chan", "value-complex", "value-map-bad-key"].map((vector) => ({
    vector,
    side: "client" as const,
    note: "a type that only Go has",
  })),
  ...[
    "value-json-marshaler-bad",
    "value-json-marshaler-error",
    "value-json-number-bad",
    "value-raw-message-bad",
    "value-raw-message-empty",
  ].map((vector) => ({
    vector,
    side: "client" as const,
    note: "a caller's own JSON text; here there are values only",
  })),
  { vector: "time-zone-24h", side: "client", note: "a Date has no zone" },
  {
    vector: "reply-event-id-float",
    side: "client",
    note: "JSON.parse gives 1 for 1.0, so that it is read as the integer it is; Go can't load the document",
  },
  {
    vector: "auth-unicode",
    side: "client",
    note: "a key beyond ASCII is refused when the store is made: `fetch` holds header values as Latin-1, Go sends UTF-8",
  },
  { vector: "auth-latin1-byte", side: "client", note: "as auth-unicode; and JavaScript has no text of such bytes" },
  { vector: "base-space", side: "client", note: "every URL parser of JavaScript trims blanks; Go's does not" },
  { vector: "reply-br", side: "client", note: "`fetch` asks for br and inflates it; Go did not ask" },
  {
    vector: "reply-short-body",
    side: "client",
    note: "fails in both; `fetch` tells of it before there is anything to decode, so the text is `request`, not `decode`",
  },
  ...["list-aliasing", "list-order-random", "list-save-race", "list-vs-load-types"].map((vector) => ({
    vector,
    side: "client" as const,
    note: "a summary without calls, of what Go does wrong; the suite for stores asserts the opposite",
  })),
  { vector: "ctx-canceled-list", side: "client", note: "Go's list looks at its own map, whatever the context" },
  ...["base-fragment", "base-query"].map((vector) => ({
    vector,
    side: "server" as const,
    note: "the target is not of this route: `/`",
  })),
  ...["id-dot", "id-dotdot", "id-dotdot-middle", "id-dotdot-prefix", "id-percent-dotdot"].map((vector) => ({
    vector,
    side: "server" as const,
    note: "runtimes resolve the dots before any handler sees them; asserted instead: 4xx, and no route touched",
  })),
]

/** Groups of which nothing is about the store's requests, answers and documents. */
export const otherGroups: readonly { group: string; vectors: number; note: string }[] = [
  { group: "executor", vectors: 37, note: "Go's executor; its documents are those of the groups body and event" },
  { group: "provider", vectors: 4, note: "the other stores of that project" },
  { group: "activity", vectors: 1, note: "the executor's activities" },
  { group: "registry", vectors: 1, note: "the executor's registry" },
  { group: "signal", vectors: 1, note: "the executor's signals" },
]
