/** `/v1/workflows`, from the store that the gateway was given. */
import { StoreError, isRevisionConflictError, isUnsupportedError, isValidationError } from "../errors.ts"
import { encodeWorkflowPath } from "../protocol/workflow-path.ts"
import type { WorkflowState } from "../protocol/workflow.ts"
import { orAborted } from "../shared/abort.ts"
import { readBounded } from "../shared/body.ts"
import { type Page, createPageList } from "../shared/page.ts"
import { createStoreHandler } from "../store/handler.ts"
import { refused, toListQuery } from "../store/list-options.ts"
import type { WorkflowStore } from "../store/store.ts"
import { flagsHeader } from "../store/wire.ts"
import { type Answer, refusal } from "./answer.ts"
import type { PermissionName } from "./permissions.ts"

export interface WorkflowsRequest {
  method: string
  /** `undefined` is the list. */
  id: string | undefined
  search: URLSearchParams
  /** Of the page's request; only conditions are read. */
  headers: Headers
  body: Uint8Array<ArrayBuffer> | undefined
  signal: AbortSignal
}

export interface WorkflowsOptions {
  store: WorkflowStore
  maxRequestBytes: number
  maxResponseBytes: number
  /** Takes the keys of the gateway out of a text. */
  mask: (text: string) => Promise<string>
  onError: (error: unknown) => void
}

type WorkflowPermission = PermissionName & `workflows.${string}`

const listPermissions: ReadonlyMap<string, WorkflowPermission> = new Map([["GET", "workflows.list"]])
const itemPermissions: ReadonlyMap<string, WorkflowPermission> = new Map([
  ["GET", "workflows.load"],
  ["PUT", "workflows.save"],
  ["DELETE", "workflows.delete"],
])

/** Method → permission, which is also the name of the route. @param id `undefined` is the list. */
export function workflowPermissions(id: string | undefined): ReadonlyMap<string, WorkflowPermission> {
  return id === undefined ? listPermissions : itemPermissions
}

const conditions = ["if-match", "if-none-match"]

/** The headers of the handler's answers that pages read. */
const passedHeaders = ["content-type", "etag", "allow", flagsHeader]

export async function answerWorkflows(
  { method, id, search, headers, body, signal }: WorkflowsRequest,
  { store, maxRequestBytes, maxResponseBytes, mask, onError }: WorkflowsOptions,
): Promise<Answer> {
  const encoded = id === undefined || id === "" ? undefined : encodeWorkflowPath(id)
  if (encoded?.ok === false) return refusal(400, encoded.reason)
  const path = encoded?.path ?? (id === undefined ? "/v1/workflows" : "/v1/workflows/")
  const query = search.toString()
  const asked = new Request(`http://gateway.invalid${path}${query && `?${query}`}`, {
    method,
    headers: conditions.flatMap((name): [string, string][] => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
    ...(method === "PUT" && { body: body ?? null }),
  })
  const handle = createStoreHandler(within(store, signal, onError), { maxBodyBytes: maxRequestBytes })
  const response = await orAborted(handle(asked), signal)
  const bytes = await readBounded(response, maxResponseBytes)
  if (bytes === undefined)
    return refusal(502, `the answer is larger than ${maxResponseBytes} bytes: ask for a shorter page`)
  const passed = passedHeaders.flatMap((name): [string, string][] => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  const text = new TextDecoder().decode(bytes)
  const shown = JSON.stringify(passed) + text
  // Not masked: the page would save the mask in place of what it hides.
  if ((await mask(shown)) !== shown) {
    onError(new StoreError("a workflow state holds a key of the gateway, so it is not shown", { workflowId: id ?? "" }))
    return refusal(502, "what is stored there can't be shown")
  }
  return { status: response.status, body: text, headers: Object.fromEntries(passed) }
}

/** The store, with every call ended by the signal, and no word of a server behind it in an error. */
function within(store: WorkflowStore, signal: AbortSignal, onError: (error: unknown) => void): WorkflowStore {
  const isRemote = store.driver === "http"
  const guarded = async <T>(work: () => PromiseLike<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      const isRefusal = isValidationError(error) && !isRemote
      if (!signal.aborted && !isRefusal && !isRevisionConflictError(error) && !isUnsupportedError(error)) onError(error)
      throw error
    }
  }
  // What a server behind the store finds wrong, it says in words of its own.
  const inOwnWords = (error: unknown, own: () => Error): Error =>
    isRemote && isValidationError(error) ? own() : (error as Error)
  const storeRefuses = (error: unknown): never => {
    throw inOwnWords(error, () => new StoreError("the store refused it", { workflowId: "" }, { cause: error }))
  }
  return {
    driver: store.driver,
    get flags() {
      return store.flags
    },
    probe: () => guarded(() => store.probe({ signal })),
    load: (id) => guarded(() => store.load(id, { signal })).catch(storeRefuses),
    loadWithRevision: (id) => guarded(() => store.loadWithRevision(id, { signal })).catch(storeRefuses),
    save: (state, options) => guarded(() => store.save(state, { ...options, signal })).catch(storeRefuses),
    delete: (id) => guarded(() => store.delete(id, { signal })).catch(storeRefuses),
    list: (options = {}) => {
      const page = async (): Promise<Page<WorkflowState>> => {
        // What is wrong with the request itself is said in the words of this package.
        const { cursor } = toListQuery(options)
        return guarded(() => store.list({ ...options, signal })).catch((error: unknown) => {
          if (cursor === undefined) return storeRefuses(error)
          throw inOwnWords(error, () => refused("cursor", "is not one of this list"))
        })
      }
      return createPageList(page, page)
    },
  }
}
