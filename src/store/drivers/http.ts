import {
  ConfigError,
  ProtocolError,
  RevisionConflictError,
  StoreError,
  UnsupportedError,
  ValidationError,
  isProtocolError,
  isTransportError,
  isValidationError,
} from "../../errors.ts"
import { fetchServerInfo } from "../../api/server-info.ts"
import { parseBaseURL } from "../../http/base-url.ts"
import { type RequestOptions, toRequestSettings } from "../../http/request-options.ts"
import { isRetryableStatus } from "../../http/retry.ts"
import { type ExchangeRequest, type ExchangeResult, type Transport, createTransport } from "../../http/transport.ts"
import { headers as names } from "../../protocol/headers.ts"
import { type Route, workflowsDelete, workflowsList, workflowsLoad, workflowsSave } from "../../protocol/routes.ts"
import { type WorkflowState, type WorkflowStateInput, encodeState, toState } from "../../protocol/workflow.ts"
import { type JsonValue, equalJson, isJsonObject, parseJson } from "../../shared/json.ts"
import type { Page } from "../../shared/page.ts"
import { pageURL } from "../../shared/runtime.ts"
import { createDocuments } from "../documents.ts"
import { type ListQuery, createWorkflowList, toListQuery } from "../list-options.ts"
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

type Verb = "save" | "load" | "list" | "delete"

interface StoredState {
  state: WorkflowState
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
  /** What this object saved; not kept any longer once the server is known to list. */
  const ownSaves = createDocuments()
  let flags: StoreFlags = { list: "unknown", revision: "unknown", watch: false }
  let probing: Promise<StoreFlags> | undefined

  return {
    driver: "http",
    get flags() {
      return flags
    },
    probe: (callOptions = {}) => settledFlags(callOptions),

    async save(state, saveOptions = {}) {
      const { ifRevision, key } = saveOptions
      const id = key ?? state?.workflowId
      const path = workflowPath("inngest/save", id)
      const body = encodeDocument(state)
      if (ifRevision !== undefined) await requireRevisions("save", id, saveOptions)
      const headers = { "content-type": "application/json", ...preconditionOf(ifRevision) }
      const answer = await exchange("save", id, { path, body, headers, signal: saveOptions.signal })
      if (answer.status === 412 && ifRevision !== undefined) {
        return saved(id, body, state.status, await settleConflict(id, body, ifRevision, answer, saveOptions))
      }
      if (!isSuccess(answer)) throw failure("save", id, answer)
      return saved(id, body, state.status, parseETag(answer.headers.get("etag")))
    },

    load: async (id, callOptions = {}) => (await fetchState(id, callOptions))?.state ?? null,

    async loadWithRevision(id, callOptions = {}) {
      workflowPath("inngest/load", id)
      await requireRevisions("load", id, callOptions)
      const stored = await fetchState(id, callOptions)
      if (stored === null) return { state: null, revision: null }
      if (stored.revision === null) throw unsupported("load", "revision", "the server sent no ETag", id)
      return { state: stored.state, revision: stored.revision }
    },

    list: (listOptions = {}) => createWorkflowList(listOptions, fetchPage),

    async delete(id, callOptions = {}) {
      const path = workflowPath("inngest/delete", id)
      const answer = await exchange("delete", id, { path, signal: callOptions.signal })
      if (!isSuccess(answer) && answer.status !== 404) throw failure("delete", id, answer)
      ownSaves.delete(id)
    },
  }

  function saved(
    id: string,
    body: string,
    status: string | undefined,
    revision: Revision | null,
  ): { revision?: Revision } {
    if (flags.list !== "all") ownSaves.put(id, body, status ?? "")
    return revision === null ? {} : { revision }
  }

  /** A conflict, unless the conflict is with an earlier attempt of this very call, whose answer was lost. */
  async function settleConflict(
    id: string,
    body: string,
    expected: Revision | null,
    answer: ExchangeResult,
    callOptions: CallOptions,
  ): Promise<Revision | null> {
    let actual: Revision | null | undefined = parseETag(answer.headers.get("etag")) ?? undefined
    const said = jsonOf(answer)
    if (actual === undefined && isJsonObject(said) && said.revision === null) actual = null
    if (answer.attempts > 1) {
      const stored = await fetchState(id, callOptions)
      if (stored !== null && isSameDocument(encodeState(stored.state), body)) return stored.revision
      actual = stored === null ? null : (stored.revision ?? undefined)
    }
    throw new RevisionConflictError("inngest/save: status 412", { workflowId: id, expected, actual, status: 412 })
  }

  async function fetchState(id: string, { signal }: CallOptions): Promise<StoredState | null> {
    const path = workflowPath("inngest/load", id)
    const answer = await exchange("load", id, { path, signal })
    if (answer.status === 404) return null
    // 304 has no body, and is no redirect: for Go, too, it is an empty answer.
    if (!isSuccess(answer) && answer.status !== 304) throw failure("load", id, answer)
    return { state: decodeDocument(answer), revision: parseETag(answer.headers.get("etag")) }
  }

  async function fetchPage(listOptions: ListOptions): Promise<Page<WorkflowState>> {
    const query = toListQuery(listOptions)
    const { list } = await settledFlags(listOptions)
    return list === "all" ? fetchServerPage(query, listOptions) : ownSaves.page(query)
  }

  async function fetchServerPage(query: ListQuery, { signal }: CallOptions): Promise<Page<WorkflowState>> {
    const answer = await exchange("list", "", { path: workflowsList.path, query: { ...query }, signal })
    const body = jsonOf(answer)
    if (answer.status === 400 && isJsonObject(body)) throwIssues(body.issues)
    if (!isSuccess(answer)) throw failure("list", "", answer)
    if (!isJsonObject(body) || flagsOfList(body) === undefined)
      throw undecodable("list", answer, "not a list of workflows")
    const { cursor } = isJsonObject(body.page) ? body.page : {}
    try {
      const data = (body.data as JsonValue[]).map((document, index) => toState(document, `data[${index}]`))
      return { data, ...(typeof cursor === "string" && cursor !== "" ? { cursor } : {}) }
    } catch (error) {
      throw prefixed("list", error)
    }
  }

  async function exchange(verb: Verb, workflowId: string, request: ExchangeRequest): Promise<ExchangeResult> {
    let answer: ExchangeResult
    try {
      answer = await transport.exchange(routes[verb], request)
    } catch (error) {
      if (!isTransportError(error) || (request.signal?.aborted && error === request.signal.reason)) throw error
      const { message, retryable } = error
      throw new StoreError(`inngest/${verb}: request: ${message}`, { workflowId }, { cause: error, retryable })
    }
    if (isPlainNotFound(answer) && answer.headers.has(names.serverKind)) throw stockServer(verb, workflowId)
    settle(parseFlags(answer.headers.get(flagsHeader)))
    return answer
  }

  /** The flags; asked for while they are unknown, once, whoever waits for the answer. */
  async function settledFlags({ signal }: CallOptions): Promise<StoreFlags> {
    signal?.throwIfAborted()
    if (flags.list !== "unknown") return flags
    probing ??= ask().finally(() => (probing = undefined))
    // Without the signal of this caller: it must not end the question of the others.
    return orAborted(probing, signal)
  }

  async function ask(): Promise<StoreFlags> {
    const answer = await exchange("list", "", { path: workflowsList.path, query: { limit: 1 } })
    if (isSuccess(answer)) return settle(flagsOfList(jsonOf(answer)) ?? threeRoutes)
    if (!lacksList(answer)) throw failure("list", "", answer)
    // A page can't see the header that tells a stock server apart.
    if (isPlainNotFound(answer) && pageURL() !== undefined && (await isStockServer())) throw stockServer("list", "")
    return settle(threeRoutes)
  }

  async function isStockServer(): Promise<boolean> {
    try {
      return (await fetchServerInfo(transport, "")).kind !== "embedded"
    } catch (error) {
      if (isProtocolError(error)) return false
      throw error
    }
  }

  function settle(known: WireFlags | undefined): StoreFlags {
    if (known === undefined || flags.list !== "unknown") return flags
    if (known.list === "all") ownSaves.clear()
    flags = { ...known, watch: false }
    return flags
  }

  async function requireRevisions(verb: "save" | "load", workflowId: string, callOptions: CallOptions): Promise<void> {
    const { revision } = await settledFlags(callOptions)
    if (revision !== true) throw unsupported(verb, "revision", "the server has no revisions", workflowId)
  }

  function failure(verb: Verb, workflowId: string, answer: ExchangeResult): StoreError {
    const { status } = answer
    const isRedirect = status === 0 || (status >= 300 && status < 400 && status !== 304)
    return new StoreError(
      `inngest/${verb}: status ${status}`,
      { workflowId, status },
      {
        cause: transport.fault(routes[verb], answer),
        retryable: isRetryableStatus(status),
        hint: isRedirect ? "Redirects are not followed: set baseURL to where the server answers." : undefined,
      },
    )
  }
}

const threeRoutes: WireFlags = { list: "own-saves", revision: false }

function createOwnTransport(options: HttpStoreOptions): Transport {
  for (const name of Object.keys(options)) {
    const meant = optionNames.find((known) => known.toLowerCase() === name.toLowerCase())
    if (meant !== undefined && meant !== name)
      throw new ConfigError(`${name}: this option is called ${meant}`, { option: name })
  }
  const { eventKey, signingKey, dangerouslyAllowBrowser } = options
  const url = parseBaseURL(options.baseURL || "http://localhost:8288", { option: "baseURL" })
  const keys = { eventKey, signingKey, dangerouslyAllowBrowser }
  return createTransport({ ...toRequestSettings(options), ...keys, eventURL: url, apiURL: url })
}

const optionNames = [
  "baseURL",
  "eventKey",
  "signingKey",
  "dangerouslyAllowBrowser",
  "fetch",
  "retry",
  "timeout",
  "headers",
  "clock",
  "random",
] satisfies (keyof HttpStoreOptions)[]

function preconditionOf(ifRevision: Revision | null | undefined): Record<string, string> {
  if (ifRevision === undefined) return {}
  if (ifRevision === null) return { "if-none-match": "*" }
  if (isRevision(ifRevision)) return { "if-match": formatETag(ifRevision) }
  throw new ValidationError("inngest/save", [{ path: "ifRevision", message: "is not a revision" }])
}

function isSuccess({ status }: ExchangeResult): boolean {
  return status >= 200 && status < 300
}

/** The 404 of a server without the route; an absent workflow has it too on some servers (Go's default text). */
function isPlainNotFound({ status, headers }: ExchangeResult): boolean {
  return status === 404 && headers.get("content-type")?.startsWith("text/") === true
}

/** Go's router answers a path that it only knows with a slash at the end by a redirect to that. */
function lacksList({ status, headers }: ExchangeResult): boolean {
  const toItems = status >= 300 && status < 400 && /\/v1\/workflows\/(?:\?|$)/.test(headers.get("location") ?? "")
  return status === 404 || status === 405 || status === 501 || toItems
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

function throwIssues(issues: JsonValue | undefined): void {
  if (!Array.isArray(issues)) return
  const known = issues
    .filter(isJsonObject)
    .map(({ path, message }) => ({ path: String(path), message: String(message) }))
  if (known.length > 0) throw new ValidationError("workflow list", known)
}

function encodeDocument(state: WorkflowStateInput): string {
  try {
    return encodeState(state)
  } catch (error) {
    throw isValidationError(error) ? new ValidationError("inngest/save: marshal", error.issues) : error
  }
}

/** The document of a GET. As for Go's decoder only the first value counts, whatever follows it. */
function decodeDocument(answer: ExchangeResult): WorkflowState {
  const text = decodeUtf8(answer)
  if (/^[ \t\r\n]*$/.test(text)) throw undecodable("load", answer, "EOF")
  let parsed = parseJson(text)
  if (!parsed.ok && parsed.path === "") parsed = parseJson(firstObject(text))
  if (!parsed.ok)
    throw undecodable(
      "load",
      answer,
      parsed.path === "" ? "not JSON" : `${parsed.path}: ${parsed.message}`,
      parsed.path,
    )
  try {
    return toState(parsed.value)
  } catch (error) {
    throw prefixed("load", error)
  }
}

/** Not the parser's own text: it quotes the answer, which may hold anything. */
function undecodable(verb: Verb, { headers, bytes }: ExchangeResult, why: string, path = ""): ProtocolError {
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
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const letter = text[index]
    if (inString) {
      if (letter === "\\") index++
      else if (letter === '"') inString = false
    } else if (letter === '"') inString = true
    else if (letter === "{") depth++
    else if (letter === "}" && --depth === 0) return text.slice(0, index + 1)
  }
  return text
}

/** Invalid bytes become U+FFFD and a byte order mark stays, for the parser to refuse: both as in Go. */
function decodeUtf8({ bytes }: ExchangeResult): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)
}

function jsonOf(answer: ExchangeResult): JsonValue | undefined {
  const parsed = parseJson(decodeUtf8(answer))
  return parsed.ok ? parsed.value : undefined
}

function isSameDocument(left: string, right: string): boolean {
  const [a, b] = [parseJson(left), parseJson(right)]
  return a.ok && b.ok && equalJson(a.value, b.value)
}

/** The promise, or the reason of the signal if that comes first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener("abort", onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort))
  })
}
