/**
 * The server half of `/v1/workflows`: any store behind one fetch handler.
 *
 * I1  The path is the key. The document is stored as it came, whatever id it holds.
 * I2  No answer is a redirect: Go's client turns a PUT that is redirected into a GET that "succeeds".
 * I3  Two writes of one workflow are put in order by the store, never by this file: conditions become `ifRevision`.
 * I4  No answer holds a stack, or the text of an error that is not about the request.
 */
import {
  ConfigError,
  type ValidationIssue,
  isInngestKitError,
  isProtocolError,
  isRevisionConflictError,
  isUnsupportedError,
  isValidationError,
} from "../errors.ts"
import { type WorkflowMatch, matchWorkflowPath } from "../protocol/workflow-path.ts"
import { type WorkflowState, encodeState, toState } from "../protocol/workflow.ts"
import { readBody } from "../shared/body.ts"
import { parseJson } from "../shared/json.ts"
import { refused } from "./list-options.ts"
import { type ListOptions, type Revision, type StoreFlags, type WorkflowStore, defaultListLimit } from "./store.ts"
import { flagsHeader, formatETag, formatFlags, parseETags } from "./wire.ts"

export interface StoreHandlerOptions {
  /** Who may: `false` answers 401, a Response is sent as it is. Without it everybody may, so do the asking before this handler then. */
  authorize?: ((request: Request) => boolean | Response | Promise<boolean | Response>) | undefined
  /** The largest document taken, in bytes. @default 33 554 432 (32 MiB) */
  maxBodyBytes?: number | undefined
  /** Where the handler is mounted: `/api/inngest` serves `/api/inngest/v1/workflows`. */
  basePath?: string | undefined
}

export type StoreHandler = (request: Request) => Promise<Response>

const defaultMaxBodyBytes = 32 * 1024 * 1024

/**
 * A handler that serves a store to `httpStore` and to the Go store alike. No CORS, no host check: those are the server's around it.
 *
 * `PUT`, `GET`, `HEAD`, `DELETE /v1/workflows/{id}`, `GET /v1/workflows?status=&limit=&cursor=&order=`. Where the store has revisions, `ETag`
 * carries them, and `If-Match` and `If-None-Match` hold on PUT, GET and HEAD. A document comes back as it was put, with the fields that it
 * left out as Go writes them (`""`, `null`, the zero time). Errors are `{ "error": text, "status": number }`, with `issues`
 * where a value of the request is refused. Other paths get Go's `404 page not found`.
 *
 * @throws ConfigError naming the option.
 * @source contract measured on the Go store
 */
export function createStoreHandler(store: WorkflowStore, options: StoreHandlerOptions = {}): StoreHandler {
  const { authorize, maxBodyBytes = defaultMaxBodyBytes, basePath = "" } = options
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1)
    throw new ConfigError("maxBodyBytes: must be a whole number from 1", { option: "maxBodyBytes" })
  if (!/^(?:\/[^/?#]+)*$/.test(basePath))
    throw new ConfigError('basePath: must look like "/api/inngest"', { option: "basePath" })

  return async (request) => {
    const match = matchBelow(basePath, request.url)
    if (match.kind === "none") return notFoundPage()
    try {
      const allowed = (await authorize?.(request)) ?? true
      if (allowed instanceof Response) return allowed
      if (!allowed) return refusal(401, "not allowed", { "www-authenticate": "Bearer" })
      const flags = store.flags.list === "unknown" ? await store.probe() : store.flags
      const answer = await (match.kind === "list" ? answerList(request) : answerWorkflow(request, match.id, flags))
      answer.headers.set(flagsHeader, formatFlags(flags))
      return request.method === "HEAD" ? new Response(null, answer) : answer
    } catch (error) {
      return faultAnswer(error)
    }
  }

  async function answerList(request: Request): Promise<Response> {
    if (!isRead(request)) return wrongMethod("GET, HEAD")
    const query = listOptionsOf(request.url)
    const { data, cursor } = await store.list(query)
    const page = JSON.stringify({ cursor, limit: query.limit ?? defaultListLimit })
    const { list, revision } = store.flags
    const flags = JSON.stringify({ list, revision })
    return document(`{"data":[${data.map((state) => encodeState(state)).join(",")}],"page":${page},"flags":${flags}}`)
  }

  async function answerWorkflow(request: Request, id: string, flags: StoreFlags): Promise<Response> {
    if (!isRead(request) && request.method !== "PUT" && request.method !== "DELETE")
      return wrongMethod("GET, HEAD, PUT, DELETE")
    if (id === "") return refusal(400, "workflow ID is required")
    const condition = conditionOf(request)
    if (request.method === "PUT") {
      const state = await readState(request, maxBodyBytes)
      return state instanceof Response ? state : answerSave(id, state, condition)
    }
    if (request.method === "DELETE") {
      if (condition !== undefined) return refusal(501, "DELETE takes no If-Match or If-None-Match here")
      await store.delete(id)
      return new Response(null, { status: 204 })
    }
    return answerLoad(id, condition ?? {}, flags)
  }

  async function answerLoad(id: string, { ifMatch, ifNoneMatch }: Condition, flags: StoreFlags): Promise<Response> {
    if (flags.revision !== true) {
      const state = await store.load(id)
      return state === null ? absent(id) : document(encodeState(state))
    }
    const { state, revision } = await store.loadWithRevision(id)
    if (!isMet({ ifMatch }, revision)) return conflict(revision)
    if (state === null) return absent(id)
    const headers = { etag: formatETag(revision) }
    return isMet({ ifNoneMatch }, revision)
      ? document(encodeState(state), headers)
      : new Response(null, { status: 304, headers })
  }

  async function answerSave(id: string, state: WorkflowState, condition: Condition | undefined): Promise<Response> {
    const sole = condition === undefined ? undefined : soleRevision(condition)
    for (let attempt = 1; ; attempt++) {
      let ifRevision = sole
      if (condition !== undefined && sole === undefined) {
        const { revision } = await store.loadWithRevision(id)
        if (!isMet(condition, revision)) return conflict(revision)
        ifRevision = revision
      }
      try {
        const { revision } = await store.save(state, { key: id, ifRevision })
        return new Response(null, {
          status: 204,
          headers: revision === undefined ? {} : { etag: formatETag(revision) },
        })
      } catch (error) {
        if (!isRevisionConflictError(error)) throw error
        // `*` was met by a revision that is no longer the stored one: the one that is may meet it again.
        if (sole !== undefined || attempt === maxSaveAttempts) return conflict(error.actual)
      }
    }
  }
}

/** Rounds of load and save for a condition that names no revision, before the other writers win. */
const maxSaveAttempts = 10

interface Condition {
  ifMatch?: readonly Revision[] | "*" | undefined
  ifNoneMatch?: readonly Revision[] | "*" | undefined
}

function conditionOf({ headers }: Request): Condition | undefined {
  const [ifMatch, ifNoneMatch] = [headers.get("if-match"), headers.get("if-none-match")]
  if (ifMatch === null && ifNoneMatch === null) return undefined
  return {
    ifMatch: ifMatch === null ? undefined : parseETags(ifMatch),
    ifNoneMatch: ifNoneMatch === null ? undefined : parseETags(ifNoneMatch),
  }
}

/** @param revision the stored one; `null` = absent. */
function isMet({ ifMatch, ifNoneMatch }: Condition, revision: Revision | null): boolean {
  const names = (tags: readonly Revision[] | "*"): boolean =>
    revision !== null && (tags === "*" || tags.includes(revision))
  return (ifMatch === undefined || names(ifMatch)) && (ifNoneMatch === undefined || !names(ifNoneMatch))
}

/** The only revision that meets the condition, which then needs no load; `null` = only absence does. */
function soleRevision({ ifMatch, ifNoneMatch }: Condition): Revision | null | undefined {
  if (ifMatch === undefined) return ifNoneMatch === "*" ? null : undefined
  return ifNoneMatch === undefined && ifMatch !== "*" && ifMatch.length === 1 ? ifMatch[0] : undefined
}

function matchBelow(basePath: string, url: string): WorkflowMatch {
  if (basePath === "") return matchWorkflowPath(url)
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/\\?#]*/i, "")
  return path.startsWith(`${basePath}/`) ? matchWorkflowPath(path.slice(basePath.length)) : { kind: "none" }
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD"
}

/** @throws ValidationError naming the parameter. Empty ones count as left out, so that a form can be sent as it is. */
function listOptionsOf(url: string): ListOptions {
  const params = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1])
  const [status, limit, cursor, order] = ["status", "limit", "cursor", "order"].map(
    (name) => params.get(name) || undefined,
  )
  if (limit !== undefined && !/^\d{1,9}$/.test(limit)) throw refused("limit", "must be a whole number")
  return {
    status,
    limit: limit === undefined ? undefined : Number(limit),
    cursor,
    // Whether it is one is for the store to say.
    order: order as "receipt" | "id" | undefined,
  }
}

/** The document of a PUT, or why it is refused. */
async function readState(request: Request, maxBytes: number): Promise<WorkflowState | Response> {
  const bytes = await readBody(request, maxBytes)
  if (bytes === undefined) return refusal(413, `the document is larger than ${maxBytes} bytes`)
  // Go sends invalid UTF-8 where a json.RawMessage holds it. A byte order mark stays, and is refused as no JSON.
  const parsed = parseJson(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes))
  const refuse = (path: string, message: string): Response =>
    refusal(400, `workflow state: ${message}`, {}, [{ path, message }])
  if (!parsed.ok) {
    // The engine's own words differ from runtime to runtime, and echo the body.
    const message = parsed.message.startsWith("SyntaxError") ? "the body is not JSON" : parsed.message
    return refuse(parsed.path, parsed.path === "" ? message : `${parsed.path}: ${message}`)
  }
  // For a reader null is the empty state; from a writer it is a mistake that would wipe the stored one.
  if (parsed.value === null) return refuse("", "the document should be an object, not null")
  try {
    return toState(parsed.value)
  } catch (error) {
    if (!isProtocolError(error)) throw error
    return refuse(error.path, error.message.replace(/^workflow state: /, ""))
  }
}

function document(text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  })
}

/** `{ "error": text, "status": number }`, and what else there is to say. */
function refusal(
  status: number,
  error: string,
  headers: Record<string, string> = {},
  issues?: readonly ValidationIssue[],
  revision?: Revision | null,
): Response {
  const body = JSON.stringify({ error, status, issues, revision })
  return new Response(body, {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  })
}

function absent(id: string): Response {
  return refusal(404, `workflow ${JSON.stringify(id)} not found`)
}

function wrongMethod(allow: string): Response {
  return refusal(405, `only ${allow}`, { allow })
}

/** @param actual the stored revision; `null` = absent, `undefined` = the store did not say. */
function conflict(actual: Revision | null | undefined): Response {
  const stored = actual === null ? "there is no such workflow" : `the stored revision is ${actual ?? "another one"}`
  return refusal(412, stored, typeof actual === "string" ? { etag: formatETag(actual) } : {}, undefined, actual)
}

function notFoundPage(): Response {
  return new Response("404 page not found\n", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } })
}

function faultAnswer(error: unknown): Response {
  if (isValidationError(error)) return refusal(400, error.message, {}, error.issues)
  if (isUnsupportedError(error)) return refusal(501, `the store has no ${error.flag}`)
  if (isProtocolError(error)) return refusal(500, "the stored document can't be read")
  return isInngestKitError(error) && error.retryable
    ? refusal(503, "the store can't be reached")
    : refusal(500, "the store failed")
}
