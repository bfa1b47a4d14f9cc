import {
  ProtocolError,
  RevisionConflictError,
  StoreError,
  UnsupportedError,
  ValidationError,
  type ValidationIssue,
  isProtocolError,
  isTransportError,
  isValidationError,
} from "../../errors.ts"
import { fetchServerInfo } from "../../api/server-info.ts"
import { localURL, parseBaseURL } from "../../http/base-url.ts"
import { type RequestOptions, refuseMisspelt, toRequestSettings } from "../../http/request-options.ts"
import { isSuccess } from "../../http/exchange.ts"
import { isRetryableStatus } from "../../http/retry.ts"
import { type ExchangeRequest, type ExchangeResult, type Transport, createTransport } from "../../http/transport.ts"
import { headers as names } from "../../protocol/headers.ts"
import { type Route, workflowsDelete, workflowsList, workflowsLoad, workflowsSave } from "../../protocol/routes.ts"
import {
  type WorkflowState,
  type WorkflowStateInput,
  decodeState,
  encodeState,
  toState,
} from "../../protocol/workflow.ts"
import { orAborted } from "../../shared/abort.ts"
import {
  type JsonResult,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  equalJson,
  isJsonObject,
  parseJson,
} from "../../shared/json.ts"
import { compareCodePoints } from "../../shared/code-points.ts"
import type { Page } from "../../shared/page.ts"
import { pageURL } from "../../shared/runtime.ts"
import { type ListQuery, createWorkflowList, refused, toListQuery } from "../list-options.ts"
import type { CallOptions, ListOptions, Revision, StoreFlags, WorkflowStore } from "../store.ts"
import { type WireFlags, flagsHeader, flagsOfList, formatETag, isRevision, parseETag, parseFlags } from "../wire.ts"
import { workflowPath } from "../workflow-id.ts"

export interface HttpStoreOptions extends RequestOptions {
  /** `http://localhost:8288`, a gateway, any server with the Go store's routes; in a page also `/api/inngest`. @default "http://localhost:8288" */
  baseURL?: string | undefined
  /** Sent as bearer, as the Go store does. */
  eventKey?: string | undefined
  /** Sent as bearer where there is no event key. Refused in a page. */
  signingKey?: string | undefined
  /** Let `signingKey` into a page, where every visitor can read it. */
  dangerouslyAllowBrowser?: boolean | undefined
  /** The transport of a client, instead of all options above. */
  transport?: Transport | undefined
  /** It is `baseURL`. */
  baseUrl?: never
}

/** The question what the server can do, which all callers that need the answer share. */
interface Probe {
  flags: Promise<StoreFlags>
  controller: AbortController
  waitingCount: number
}

type Verb = "save" | "load" | "list" | "delete"

interface OwnSave {
  readonly id: string
  readonly text: string
  readonly status: string
  /** 1, 2, …: which save of this object it was. */
  readonly receipt: number
}

interface StoredState {
  state: WorkflowState | null
  revision: Revision | null
}

const routes: Record<Verb, Route> = {
  save: workflowsSave,
  load: workflowsLoad,
  list: workflowsList,
  delete: workflowsDelete,
}

/**
 * The workflow states of a server, over `PUT`, `GET` and `DELETE /v1/workflows/{id}`: the wire of the Go store, with its error texts.
 *
 * Against `createStoreHandler` (the gateway, the embedded server) lists and revisions are the server's. A server with those three routes
 * alone has neither: `flags.list` is then `own-saves`, and this object keeps what it saves until it is deleted, as the Go store does. Which
 * of the two it is shows in the server's first answer; before that the flags are `unknown`, and `probe()` asks.
 *
 * Other than in Go a redirect is a failure (a 301 turns Go's PUT into a GET that "succeeds"), failures that may pass are tried again, and ids
 * are encoded, so that `job#1` and `job#2` are two workflows.
 *
 * @throws ConfigError naming the option. The methods throw StoreError with the Go store's text (`inngest/save: status 500`), its `cause` the
 * server's answer or the connection's failure; UnsupportedError from all of them when it is a stock Inngest server, which has no such route;
 * ProtocolError `inngest/load: decode: …` for a document that can't be read without loss.
 * @source contract measured on the Go store, vectors `status-*`, `reply-*`, `id-*`
 */
export function httpStore(options: HttpStoreOptions = {}): WorkflowStore {
  const transport = options.transport ?? createOwnTransport(options)
  /** What this object saved, by id; not kept any longer once the server is known to list. */
  const ownSaves = new Map<string, OwnSave>()
  let saveCount = 0
  let flags: StoreFlags = { list: "unknown", revision: "unknown", watch: false }
  /** Whether the server itself said what the flags are; own saves are guessed from a missing route, which one proxy can fake. */
  let isTold = false
  let probing: Probe | undefined

  return {
    driver: "http",
    get flags() {
      return flags
    },
    probe: (callOptions = {}) => settledFlags(callOptions),

    async save(state, saveOptions = {}) {
      const { ifRevision, key, signal } = saveOptions
      const id = key ?? state?.workflowId
      const path = workflowPath("inngest/save", id)
      const text = encodeDocument(state)
      if (ifRevision !== undefined) await requireRevisions("save", id, saveOptions)
      const headers = { "content-type": "application/json", ...preconditionOf(ifRevision) }
      const isExpected = ({ status }: ExchangeResult): boolean => status === 412 && ifRevision !== undefined
      const answer = await exchange("save", id, { path, body: text, headers, signal }, isExpected)
      const revision = isExpected(answer)
        ? await settleConflict(id, text, ifRevision ?? null, answer, saveOptions)
        : parseETag(answer.headers.get("etag"))
      if (flags.list !== "all") ownSaves.set(id, { id, text, status: state.status ?? "", receipt: ++saveCount })
      return revision === null ? {} : { revision }
    },

    load: async (id, callOptions = {}) => (await fetchState(id, callOptions)).state,

    async loadWithRevision(id, callOptions = {}) {
      workflowPath("inngest/load", id)
      await requireRevisions("load", id, callOptions)
      const { state, revision } = await fetchState(id, callOptions)
      if (state === null) return { state, revision: null }
      if (revision === null) throw unsupported("load", "revision", "the server sent no ETag", id)
      return { state, revision }
    },

    list: (listOptions = {}) => createWorkflowList(listOptions, fetchPage),

    async delete(id, { signal } = {}) {
      const path = workflowPath("inngest/delete", id)
      await exchange("delete", id, { path, signal }, ({ status }) => status === 404)
      ownSaves.delete(id)
    },
  }

  /** A conflict, unless the conflict is with an earlier attempt of this very call, whose answer was lost. */
  async function settleConflict(
    id: string,
    text: string,
    expected: Revision | null,
    answer: ExchangeResult,
    callOptions: CallOptions,
  ): Promise<Revision | null> {
    let actual: Revision | null | undefined = parseETag(answer.headers.get("etag")) ?? undefined
    const said = jsonOf(answer)
    if (actual === undefined && isJsonObject(said) && said.revision === null) actual = null
    if (answer.attempts > 1) {
      const { state, revision } = await fetchState(id, callOptions)
      if (state !== null && isSameDocument(encodeState(state), text)) return revision
      actual = state === null ? null : (revision ?? undefined)
    }
    throw new RevisionConflictError("inngest/save: status 412", { workflowId: id, expected, actual, status: 412 })
  }

  async function fetchState(id: string, { signal }: CallOptions): Promise<StoredState> {
    const path = workflowPath("inngest/load", id)
    // 304 has no body, and is no redirect: for Go, too, it is an empty answer.
    const answer = await exchange("load", id, { path, signal }, ({ status }) => status === 404 || status === 304)
    if (answer.status === 404) return { state: null, revision: null }
    return { state: decodeDocument(answer), revision: parseETag(answer.headers.get("etag")) }
  }

  async function fetchPage(listOptions: ListOptions): Promise<Page<WorkflowState>> {
    const query = toListQuery(listOptions)
    const { list } = await settledFlags(listOptions)
    return list === "all" ? fetchServerPage(query, listOptions) : pageOf([...ownSaves.values()], query)
  }

  async function fetchServerPage(query: ListQuery, { signal }: CallOptions): Promise<Page<WorkflowState>> {
    const request = { path: workflowsList.path, query: { ...query }, signal }
    const answer = await exchange("list", "", request, (refusal) => issuesOf(refusal).length > 0)
    const issues = issuesOf(answer)
    if (issues.length > 0) throw new ValidationError("workflow list", issues)
    const { data, page } = decodeList(answer)
    try {
      const states = data.map((document, index) => toState(document, `data[${index}]`))
      return { data: states, ...(page.cursor && { cursor: String(page.cursor) }) }
    } catch (error) {
      throw prefixed("list", error)
    }
  }

  /**
   * @param isExpected whether an answer is one to go on with; a success always is.
   * @throws UnsupportedError of a stock server. StoreError for all other answers, and when none came.
   */
  async function exchange(
    verb: Verb,
    workflowId: string,
    request: ExchangeRequest,
    isExpected: (answer: ExchangeResult) => boolean,
  ): Promise<ExchangeResult> {
    const answer = await transport.exchange(routes[verb], request).catch((error: unknown) => {
      if (!isTransportError(error) || (request.signal?.aborted && error === request.signal.reason)) throw error
      const { message, retryable } = error
      throw new StoreError(`inngest/${verb}: request: ${message}`, { workflowId }, { cause: error, retryable })
    })
    const { status, headers } = answer
    if (isPlainNotFound(answer) && headers.has(names.serverKind)) throw stockServer(verb, workflowId)
    settle(parseFlags(headers.get(flagsHeader)))
    if (isSuccess(answer) || isExpected(answer)) return answer
    throw new StoreError(
      `inngest/${verb}: status ${status}`,
      { workflowId, status },
      {
        cause: await transport.fault(routes[verb], answer),
        retryable: isRetryableStatus(status),
        hint: isRedirect(status) ? "Redirects are not followed: set baseURL to where the server answers." : undefined,
      },
    )
  }

  /** The flags; asked for while they are unknown, once, whoever waits for the answer. */
  async function settledFlags({ signal }: CallOptions): Promise<StoreFlags> {
    signal?.throwIfAborted()
    if (flags.list !== "unknown") return flags
    const probe = (probing ??= startProbe())
    probe.waitingCount++
    try {
      // The signal of one caller must not end the question of the others. When nobody waits any more, it ends.
      return await orAborted(probe.flags, signal)
    } finally {
      if (--probe.waitingCount === 0) {
        if (probing === probe) probing = undefined
        probe.controller.abort()
      }
    }
  }

  function startProbe(): Probe {
    const controller = new AbortController()
    return { controller, flags: ask(controller.signal), waitingCount: 0 }
  }

  async function ask(signal: AbortSignal): Promise<StoreFlags> {
    const answer = await exchange("list", "", { path: workflowsList.path, query: { limit: 1 }, signal }, lacksList)
    if (isSuccess(answer)) return isTold ? flags : settle(flagsOfList(decodeList(answer)))
    // A page can't see the header that tells a stock server apart.
    if (isPlainNotFound(answer) && pageURL() !== undefined && (await isStockServer(signal)))
      throw stockServer("list", "")
    return settle(threeRoutes)
  }

  async function isStockServer(signal: AbortSignal): Promise<boolean> {
    try {
      return (await fetchServerInfo(transport, "", { signal })).kind !== "embedded"
    } catch (error) {
      if (isProtocolError(error)) return false
      throw error
    }
  }

  function settle(known: WireFlags | undefined): StoreFlags {
    if (known === undefined || isTold) return flags
    isTold = known !== threeRoutes
    if (known.list === "all") ownSaves.clear()
    flags = { ...known, watch: false }
    return flags
  }

  async function requireRevisions(verb: "save" | "load", workflowId: string, callOptions: CallOptions): Promise<void> {
    const { revision } = await settledFlags(callOptions)
    if (revision !== true) throw unsupported(verb, "revision", "the server has no revisions", workflowId)
  }
}

/** A page of own saves. Its cursor is the end of the one before, as JSON: the receipt or the id of its last state. */
function pageOf(saves: readonly OwnSave[], { status, limit, cursor, order }: ListQuery): Page<WorkflowState> {
  const end = cursor === undefined ? undefined : valueOf(parseJson(cursor))
  const begun = typeof end === "number" ? "receipt" : typeof end === "string" ? "id" : undefined
  if (cursor !== undefined && (begun === undefined || (order ?? begun) !== begun))
    throw refused("cursor", "is not one of this list")
  const isById = (order ?? begun) === "id"
  const compare = (left: OwnSave, right: OwnSave): number =>
    isById ? compareCodePoints(left.id, right.id) : right.receipt - left.receipt
  const found = saves
    .filter((each) => status === undefined || each.status === status)
    .filter((each) => end === undefined || compare(each, { ...each, [isById ? "id" : "receipt"]: end }) > 0)
    .toSorted(compare)
  const page: Page<WorkflowState> = { data: found.slice(0, limit).map(({ text }) => decodeState(text)) }
  const last = found[limit - 1]
  if (last !== undefined && found.length > limit) page.cursor = JSON.stringify(isById ? last.id : last.receipt)
  return page
}

const threeRoutes: WireFlags = { list: "own-saves", revision: false }

function createOwnTransport(options: HttpStoreOptions): Transport {
  refuseMisspelt(options, { baseUrl: "baseURL" })
  const { eventKey, signingKey, dangerouslyAllowBrowser } = options
  const url = parseBaseURL(options.baseURL || localURL, { option: "baseURL" })
  const keys = { eventKey, signingKey, dangerouslyAllowBrowser }
  return createTransport({ ...toRequestSettings(options), ...keys, eventURL: url, apiURL: url })
}

function preconditionOf(ifRevision: Revision | null | undefined): Record<string, string> {
  if (ifRevision === undefined) return {}
  if (ifRevision === null) return { "if-none-match": "*" }
  if (isRevision(ifRevision)) return { "if-match": formatETag(ifRevision) }
  throw new ValidationError("inngest/save", [{ path: "ifRevision", message: "is not a revision" }])
}

/** Of any kind; 0 is one in a page. */
function isRedirect(status: number): boolean {
  return status === 0 || (status >= 300 && status < 400 && status !== 304)
}

/** The 404 of a server without the route; an absent workflow has it too on some servers (Go's default text). */
function isPlainNotFound({ status, headers }: ExchangeResult): boolean {
  return status === 404 && headers.get("content-type")?.startsWith("text/") === true
}

/** Go's router answers a path that it only knows with a slash at the end by a redirect to that. */
function lacksList({ status, headers }: ExchangeResult): boolean {
  const toItems = isRedirect(status) && /\/v1\/workflows\/(?:\?|$)/.test(headers.get("location") ?? "")
  return [404, 405, 501].includes(status) || toItems
}

function unsupported(verb: Verb, flag: string, why: string, workflowId: string): UnsupportedError {
  return new UnsupportedError(`inngest/${verb}: ${why}`, { driver: "http", flag, workflowId })
}

function stockServer(verb: Verb, workflowId: string): UnsupportedError {
  return new UnsupportedError(
    `inngest/${verb}: this Inngest server keeps no workflow state (it has no /v1/workflows)`,
    { driver: "http", flag: "workflows", workflowId, status: 404 },
    { hint: "Use a gateway or the embedded server, which serve that route, or another store driver." },
  )
}

/** Refused under the text of Go's `json.Marshal`. */
function encodeDocument(state: WorkflowStateInput): string {
  try {
    return encodeState(state)
  } catch (error) {
    throw isValidationError(error) ? new ValidationError("inngest/save: marshal", error.issues) : error
  }
}

/** What the server finds wrong with the options of a list. */
function issuesOf(answer: ExchangeResult): ValidationIssue[] {
  const body = answer.status === 400 ? jsonOf(answer) : undefined
  const issues = isJsonObject(body) && Array.isArray(body.issues) ? body.issues : []
  return issues.filter(isJsonObject).map(({ path, message }) => ({ path: String(path), message: String(message) }))
}

/** The document of a GET. As for Go's decoder only the first value counts, whatever follows it. */
function decodeDocument(answer: ExchangeResult): WorkflowState {
  const text = decodeUtf8(answer)
  if (/^[ \t\r\n]*$/.test(text)) throw undecodable("load", answer, "EOF")
  let parsed = parseJson(text)
  if (!parsed.ok && parsed.path === "") parsed = parseJson(firstObject(text))
  if (!parsed.ok) throw undecodable("load", answer, "not JSON", parsed)
  try {
    return toState(parsed.value)
  } catch (error) {
    throw prefixed("load", error)
  }
}

function decodeList(answer: ExchangeResult): JsonObject & { data: JsonValue[]; page: JsonObject } {
  const parsed = parseJson(decodeUtf8(answer))
  if (!parsed.ok || flagsOfList(parsed.value) === undefined)
    throw undecodable("list", answer, "not a list of workflows", parsed)
  return parsed.value as ReturnType<typeof decodeList>
}

/** Not the parser's own text of what is no JSON: it quotes the answer, which may hold anything. */
function undecodable(
  verb: Verb,
  { headers, bytes }: ExchangeResult,
  what: string,
  { path = "", message = "SyntaxError" }: { ok?: boolean; path?: JsonPath; message?: string } = {},
): ProtocolError {
  const why = message.startsWith("SyntaxError") ? what : `${path && `${path}: `}${message}`
  return new ProtocolError(`inngest/${verb}: decode: ${why}`, {
    route: routes[verb].name,
    path,
    received: `${bytes.length} bytes, ${headers.get("content-type") ?? "no content type"}`,
  })
}

function prefixed(verb: Verb, error: unknown): unknown {
  if (!isProtocolError(error)) return error
  const { message, path, received } = error
  return new ProtocolError(`inngest/${verb}: decode: ${message}`, { route: routes[verb].name, path, received })
}

/** Up to where the first object ends; all of it when it does not. */
function firstObject(text: string): string {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/gs)) {
    if (token === "{") depth++
    if (token === "}" && --depth === 0) return text.slice(0, index + 1)
  }
  return text
}

/** Invalid bytes become U+FFFD and a byte order mark stays, for the parser to refuse: both as in Go. */
function decodeUtf8({ bytes }: ExchangeResult): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)
}

function jsonOf(answer: ExchangeResult): JsonValue | undefined {
  return valueOf(parseJson(decodeUtf8(answer)))
}

/** `undefined` for what is no JSON. */
function valueOf(parsed: JsonResult<JsonValue>): JsonValue | undefined {
  return parsed.ok ? parsed.value : undefined
}

function isSameDocument(left: string, right: string): boolean {
  return equalJson(valueOf(parseJson(left)) ?? null, valueOf(parseJson(right)) ?? null)
}
