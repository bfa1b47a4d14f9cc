/** Lists, revisions, and what the server can do: the calls of the HTTP driver that not every program makes. Loaded with the first of them. */
import { fetchServerInfo } from "../../api/server-info.ts"
import { RevisionConflictError, UnsupportedError } from "../../shared/store-errors.ts"
import { ValidationError, type ValidationIssue } from "../../shared/validation-error.ts"
import { hasCode } from "../../shared/error.ts"
import { isSuccess, textOf } from "../../http/exchange.ts"
import { withQuery } from "../../http/query.ts"
import { toCallSettings } from "../../http/request-options.ts"
import type { ExchangeRequest, ExchangeResult } from "../../http/transport.ts"
import { workflowsList } from "../../protocol/usual-routes.ts"
import {
  type WorkflowState,
  type WorkflowStateInput,
  decodeState,
  encodeState,
  toState,
} from "../../protocol/workflow.ts"
import { orAborted } from "../../shared/abort.ts"
import { compareCodePoints } from "../../shared/code-points.ts"
import {
  type JsonObject,
  type JsonResult,
  type JsonValue,
  equalJson,
  isJsonObject,
  parseJson,
} from "../../shared/json.ts"
import type { Page } from "../../shared/page.ts"
import { pageURL } from "../../shared/runtime.ts"
import { type ListQuery, createWorkflowList, refused, toListQuery } from "../list-options.ts"
import type {
  CallOptions,
  ListOptions,
  LoadedState,
  Revision,
  SaveOptions,
  SaveResult,
  StoreFlags,
  WorkflowList,
} from "../store.ts"
import { flagsOfList, formatETag, isRevision, parseETag } from "../wire.ts"
import { type HttpCore, type OwnSave, type Verb, isPlainNotFound } from "./http-core.ts"
import { failureOf, prefixed, redirects, stockServer, undecodable } from "./http-documents.ts"

export interface HttpLists {
  settledFlags(options: CallOptions): Promise<StoreFlags>
  saveIf(
    id: string,
    state: WorkflowStateInput,
    request: ExchangeRequest & { body: string },
    options: SaveOptions,
  ): Promise<SaveResult>
  loadWithRevision(id: string, options: CallOptions): Promise<LoadedState>
  list(options: ListOptions): WorkflowList
}

/** The question what the server can do, which all callers that need the answer share. */
interface Probe {
  flags: Promise<StoreFlags>
  controller: AbortController
  waitingCount: number
}

export function createLists(core: HttpCore): HttpLists {
  const { transport, exchange, fetchState, settle } = core
  let probing: Probe | undefined

  return {
    settledFlags,

    list: (listOptions) => createWorkflowList(listOptions, fetchPage),

    async saveIf(id, state, request, saveOptions) {
      const { ifRevision } = saveOptions
      await requireRevisions("save", id, saveOptions)
      const headers = { ...request.headers, ...preconditionOf(ifRevision) }
      const answer = await exchange("save", id, { ...request, headers }, 412)
      const revision =
        answer.status === 412
          ? await settleConflict(id, request.body, ifRevision ?? null, answer, saveOptions)
          : parseETag(answer.headers.get("etag"))
      core.remember(id, request.body, state.status)
      return revision === null ? {} : { revision }
    },

    async loadWithRevision(id, given) {
      const callOptions = await toCallSettings(given)
      await requireRevisions("load", id, callOptions)
      const { state, revision } = await fetchState(id, callOptions)
      if (state === null) return { state, revision: null }
      if (revision === null) throw unsupported("load", "revision", "the server sent no ETag", id)
      return { state, revision }
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

  async function fetchPage(listOptions: ListOptions): Promise<Page<WorkflowState>> {
    const query = toListQuery(listOptions)
    await toCallSettings(listOptions, Object.keys(query))
    const { list } = await settledFlags(listOptions)
    return list === "all" ? fetchServerPage(query, listOptions) : pageOf([...core.ownSaves.values()], query)
  }

  async function fetchServerPage(query: ListQuery, { signal }: CallOptions): Promise<Page<WorkflowState>> {
    const request = { path: withQuery(workflowsList.path, { ...query }), signal }
    const answer = await exchange("list", "", request, 400)
    if (answer.status === 400) {
      const issues = issuesOf(answer)
      throw issues.length > 0
        ? new ValidationError("workflow list", issues)
        : await failureOf(transport, "list", "", answer)
    }
    const { data, page } = decodeList(answer)
    try {
      const states = data.map((document, index) => toState(document, `data[${index}]`))
      return { data: states, ...(page.cursor && { cursor: String(page.cursor) }) }
    } catch (error) {
      throw prefixed("list", error)
    }
  }

  /** The flags; asked for while they are unknown, once, whoever waits for the answer. */
  async function settledFlags({ signal }: CallOptions): Promise<StoreFlags> {
    signal?.throwIfAborted()
    if (core.flags.list !== "unknown") return core.flags
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
    const answer = await exchange(
      "list",
      "",
      { path: withQuery(workflowsList.path, { limit: 1 }), signal },
      404,
      405,
      501,
      ...redirects,
    )
    if (core.isTold) return core.flags
    if (isSuccess(answer)) {
      const known = flagsOfList(decodeList(answer))
      if (known === undefined) return core.flags
      core.isTold = true
      return settle(known)
    }
    // A page can't see the header that tells a stock server apart.
    if (isPlainNotFound(answer) && pageURL() !== undefined && (await isStockServer(signal)))
      throw stockServer("list", "")
    if (redirects.includes(answer.status) && !toItems(answer)) throw await failureOf(transport, "list", "", answer)
    return settle({ list: "own-saves", revision: false })
  }

  async function isStockServer(signal: AbortSignal): Promise<boolean> {
    try {
      return (await fetchServerInfo(transport, "", { signal })).kind !== "embedded"
    } catch (error) {
      if (hasCode(error, "protocol")) return false
      throw error
    }
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

function preconditionOf(ifRevision: Revision | null | undefined): Record<string, string> {
  if (ifRevision === undefined) return {}
  if (ifRevision === null) return { "if-none-match": "*" }
  if (isRevision(ifRevision)) return { "if-match": formatETag(ifRevision) }
  throw new ValidationError("inngest/save", [{ path: "ifRevision", message: "is not a revision" }])
}

/** Go's router answers a path that it only knows with a slash at the end by a redirect to that. */
function toItems({ headers }: ExchangeResult): boolean {
  return /\/v1\/workflows\/(?:\?|$)/.test(headers.get("location") ?? "")
}

function unsupported(verb: Verb, flag: string, why: string, workflowId: string): UnsupportedError {
  return new UnsupportedError(`inngest/${verb}: ${why}`, { driver: "http", flag, workflowId })
}

/** What the server finds wrong with the options of a list. */
function issuesOf(answer: ExchangeResult): ValidationIssue[] {
  const body = jsonOf(answer)
  const issues = isJsonObject(body) && Array.isArray(body.issues) ? body.issues : []
  return issues.filter(isJsonObject).map(({ path, message }) => ({ path: String(path), message: String(message) }))
}

function decodeList(answer: ExchangeResult): JsonObject & { data: JsonValue[]; page: JsonObject } {
  const parsed = parseJson(textOf(answer))
  if (!parsed.ok || flagsOfList(parsed.value) === undefined)
    throw undecodable("list", answer, "not a list of workflows", parsed)
  return parsed.value as ReturnType<typeof decodeList>
}

function jsonOf(answer: ExchangeResult): JsonValue | undefined {
  return valueOf(parseJson(textOf(answer)))
}

/** `undefined` for what is no JSON. */
function valueOf(parsed: JsonResult<JsonValue>): JsonValue | undefined {
  return parsed.ok ? parsed.value : undefined
}

function isSameDocument(left: string, right: string): boolean {
  return equalJson(valueOf(parseJson(left)) ?? null, valueOf(parseJson(right)) ?? null)
}
