const listPath = "/v1/workflows"
const itemPrefix = `${listPath}/`

/** A workflow id as a URL path, or why it has none. */
export type EncodedWorkflowPath = { ok: true; path: string } | { ok: false; reason: string }

/** What a URL names: all workflows, the one under `id` (`""` where the URL leaves it out), or nothing of this route. */
export type WorkflowMatch = { kind: "list" } | { kind: "workflow"; id: string } | { kind: "none" }

/**
 * The path of a workflow: `"order 7/a"` gives `"/v1/workflows/order%207%2Fa"`, the id as one percent-encoded segment.
 *
 * Lossless: `matchWorkflowPath(path)` gives the same id again, and two ids never share a path. Measured with `fetch` of
 * Node, Bun and Deno and with msw: such a path reaches the handler as it was written, as long as it fits. Node and Bun
 * answer 431 when the head of a request exceeds 16 KiB; an id takes up to three bytes of it per byte of UTF-8.
 *
 * Refused is what no path carries, so that the caller learns of it before anything is sent:
 * - `""`, whose path is the one of a missing id;
 * - `"."` and `".."`: URL parsers take such a segment for a step, escaped (`%2e`) or not, so that `fetch` would send
 *   `/v1/workflows/` or `/v1/`;
 * - half a surrogate pair: UTF-8 has no bytes for it, and any replacement makes one id out of several.
 *
 * Ids that merely contain dots (`"..."`, `"a/../b"`) are fine: their slashes are encoded, which leaves one segment.
 *
 * @returns `reason` is a clause for the message of an error; it does not repeat the id.
 */
export function encodeWorkflowPath(id: string): EncodedWorkflowPath {
  if (id === "") return { ok: false, reason: "workflow ID is required" }
  if (id === "." || id === "..")
    return { ok: false, reason: 'a workflow ID cannot be "." or "..": no URL carries them' }
  try {
    return { ok: true, path: itemPrefix + encodeURIComponent(id) }
  } catch {
    // URIError: encodeURIComponent throws for lone surrogates and for nothing else.
    return { ok: false, reason: "a workflow ID cannot contain half a surrogate pair: UTF-8 does not carry it" }
  }
}

/**
 * Read the workflow off the URL of a request: its id is the rest of the path after `/v1/workflows/`, decoded.
 *
 * - Slashes belong to the id: Go's `a/b`, its `a%2Fb` and our `a%2Fb` are one key.
 * - Invalid UTF-8 becomes U+FFFD (`a%FFb`), which is also what Go writes into the document of such an id.
 * - A `%` without two hex digits stays as it is (`%zz`).
 * - Any number of slashes may precede `v1`: Go sends `//v1/workflows/x` for a base URL that ends in a slash.
 * - Query and fragment are ignored; letter case counts. A prefix where the handler is mounted is the caller's to cut.
 *
 * The URL is sliced, not parsed, because runtimes show one target differently (measured under srvx 1.0.8). Node and Bun
 * resolve dot segments and turn `\` into `/` before any handler is called: `/v1/workflows/a/../../admin` arrives as
 * `/v1/admin`, and nothing tells it from that. Deno's `request.url` keeps all of it as sent, and only `new URL()`
 * resolves it. So a path that a URL parser would lead elsewhere (raw dot segments, `\`, blanks, controls) is `none`:
 * otherwise two layers of one server, reading it in two ways, would act on different routes.
 *
 * @param url `request.url` (absolute), or a request target in origin form (`/v1/workflows/x?y`).
 * @returns the id is `""` for `/v1/workflows/`, a missing id and not the list; any other id can be encoded again.
 * Never throws.
 */
export function matchWorkflowPath(url: string): WorkflowMatch {
  const path = pathOf(url)
  if (path === listPath) return { kind: "list" }
  if (path === null || !path.startsWith(itemPrefix)) return { kind: "none" }
  const rest = path.slice(itemPrefix.length)
  return isRewrittenByParsers(rest) ? { kind: "none" } : { kind: "workflow", id: decode(rest) }
}

/** The undecoded path with one leading slash; `null` without one. `//host/x` is a path, as Go means it, not a host. */
function pathOf(url: string): string | null {
  const origin = url.startsWith("/") ? "" : /^[a-z][a-z0-9+.-]*:\/\/[^/\\?#]*/i.exec(url)?.[0]
  if (origin === undefined) return null
  const afterOrigin = url.slice(origin.length)
  const end = afterOrigin.search(/[?#]/)
  const path = end === -1 ? afterOrigin : afterOrigin.slice(0, end)
  return path.replace(/^\/+/, "/")
}

function isRewrittenByParsers(path: string): boolean {
  return /[\0-\x20\\]/.test(path) || /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)
}

function decode(path: string): string {
  const decoded = path.includes("%") ? path.replace(/(?:%[0-9a-f]{2})+/gi, decodeEscapes) : path
  return decoded.toWellFormed()
}

function decodeEscapes(escapes: string): string {
  try {
    return decodeURIComponent(escapes)
  } catch {
    const bytes = Uint8Array.from(escapes.slice(1).split("%"), (hex) => Number.parseInt(hex, 16))
    // ignoreBOM keeps U+FEFF, as decodeURIComponent does; the default would drop it at the start.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)
  }
}
