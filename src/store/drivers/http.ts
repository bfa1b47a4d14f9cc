import { localURL, parseBaseURL } from "../../http/base-url.ts"
import { isSuccess, textOf } from "../../http/exchange.ts"
import { type RequestOptions, toCallSettings, toRequestSettings } from "../../http/request-options.ts"
import { type Transport, createTransport } from "../../http/transport.ts"
import { readPlainState, writePlainState } from "../../protocol/plain-workflow.ts"
import { workflowsList } from "../../protocol/usual-routes.ts"
import { encodeSegment } from "../../protocol/segment.ts"
import { StoreError, hasCode } from "../../shared/error.ts"
import { createLateList } from "../../shared/page-list.ts"
import type { WorkflowStore } from "../store.ts"
import { flagsHeader, parseETag, parseFlags } from "../wire-headers.ts"
import { type HttpCore, type Verb, isStock, routes } from "./http-core.ts"
import type { HttpLists } from "./http-lists.ts"

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
  let saveCount = 0
  let lists: HttpLists | undefined
  const core: HttpCore = {
    transport,
    ownSaves: new Map(),
    flags: { list: "unknown", revision: "unknown", watch: false },
    isTold: false,

    settle(known) {
      core.flags = { ...known, watch: false }
      if (known.list === "all") core.ownSaves.clear()
      return core.flags
    },

    remember(id, text, status = "") {
      if (core.flags.list !== "all") core.ownSaves.set(id, { id, text, status, receipt: ++saveCount })
    },

    async fetchState(id, settings) {
      // 304 has no body, and is no redirect: for Go, too, it is an empty answer.
      const answer = await core.exchange("load", id, settings, 404, 304)
      if (answer.status === 404) return { state: null, revision: null }
      const state = readPlainState(textOf(answer)) ?? (await import("./http-documents.ts")).decodeDocument(answer)
      return { state, revision: parseETag(answer.headers.get("etag")) }
    },

    async exchange(verb, workflowId, request, ...expected) {
      const path = request.path ?? (await pathOf(verb, workflowId))
      const answer = await transport.exchange(routes[verb], { ...request, path }).catch((error: unknown) => {
        if (!hasCode(error, "connection", "timeout") || error === request.signal?.reason) throw error
        const { message, retryable } = error
        throw new StoreError(`inngest/${verb}: request: ${message}`, { workflowId }, { cause: error, retryable })
      })
      const told = answer.headers.get(flagsHeader)
      if (told !== null && !core.isTold) {
        core.isTold = true
        core.settle(parseFlags(told))
      }
      if ((isSuccess(answer) || expected.includes(answer.status)) && !isStock(answer)) return answer
      throw await (await import("./http-documents.ts")).failureOf(transport, verb, workflowId, answer)
    },
  }

  return {
    driver: "http",
    get flags() {
      return core.flags
    },
    probe: async (callOptions = {}) => (await late()).settledFlags(callOptions),

    async save(state, saveOptions = {}) {
      const { ifRevision, key: id = state?.workflowId } = saveOptions
      const settings = await toCallSettings(saveOptions, ["ifRevision", "key"])
      const path = await pathOf("save", id)
      const body = writePlainState(state) ?? (await import("./http-documents.ts")).encodeDocument(state)
      const request = { path, body, ...settings }
      if (ifRevision !== undefined) return (await late()).saveIf(id, state, request, saveOptions)
      const answer = await core.exchange("save", id, request)
      core.remember(id, body, state.status)
      const revision = parseETag(answer.headers.get("etag"))
      return revision === null ? {} : { revision }
    },

    load: async (id, callOptions = {}) => (await core.fetchState(id, await toCallSettings(callOptions))).state,

    loadWithRevision: async (id, callOptions = {}) => {
      await pathOf("load", id)
      return (await late()).loadWithRevision(id, callOptions)
    },

    list: (listOptions = {}) => createLateList(late, (loaded) => loaded.list(listOptions)),

    async delete(id, callOptions = {}) {
      await core.exchange("delete", id, await toCallSettings(callOptions), 404)
      core.ownSaves.delete(id)
    },
  }

  async function late(): Promise<HttpLists> {
    const { createLists } = await import("./http-lists.ts")
    return (lists ??= createLists(core))
  }
}

const names: readonly (keyof HttpStoreOptions)[] = [
  "baseURL",
  "eventKey",
  "signingKey",
  "dangerouslyAllowBrowser",
  "transport",
]

function createOwnTransport(options: HttpStoreOptions): Transport {
  const settings = toRequestSettings(options, names)
  const url = parseBaseURL(options.baseURL || localURL, "baseURL")
  return createTransport({ ...settings, eventURL: url, apiURL: url })
}

async function pathOf(verb: Verb, id: unknown): Promise<string> {
  const segment = encodeSegment(id)
  if (segment !== undefined) return `${workflowsList.path}/${segment}`
  return (await import("../workflow-id.ts")).workflowPath(`inngest/${verb}`, id)
}
