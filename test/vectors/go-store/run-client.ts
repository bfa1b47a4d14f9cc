// A recorded call of the Go store, made by `httpStore` to a server that gives the recorded answer. What is compared: the request, success or
// failure, Go's text, and the state that was loaded.
import { isConfigError } from "../../../src/errors.ts"
import { matchWorkflowPath } from "../../../src/protocol/workflow-path.ts"
import { type WorkflowStateInput, decodeState, encodeState } from "../../../src/protocol/workflow.ts"
import { type JsonValue, equalJson, isJsonObject, parseJson } from "../../../src/shared/json.ts"
import { type WorkflowStore, httpStore } from "../../../src/store/index.ts"
import {
  type GoCall,
  type GoReply,
  type GoStep,
  type GoVector,
  headerTextOf,
  idOf,
  requestBytes,
  stepsOf,
  textOf,
  utf8,
} from "../../support/go-vectors.ts"
import { normaliseTime } from "../../support/normalise.ts"
import { type SeenByReplay, startReplay } from "../../support/replay-server.ts"

/** What came of one step. */
interface Result {
  error?: unknown
  state?: string | null
  ids?: string[]
  /** What the step sent, redirects and repetitions included. */
  requests: readonly SeenByReplay[]
  abortReason?: unknown
}

/**
 * @param expected what it is compared with: the vector itself, or a copy with something changed.
 * @returns what differs, in words; empty when nothing does.
 */
export async function runClient(vector: GoVector, expected: GoVector = vector): Promise<string[]> {
  const steps = stepsOf(vector)
  const expectedSteps = stepsOf(expected)
  const differences: string[] = []
  const held: { release: () => void } = { release: () => {} }
  const server = await startReplay(repliesOf(steps), () => held.release())
  try {
    const opened = open(vector.go, server.host, isRepeatedByGo(steps) ? 2 : 1)
    for (const [index, step] of steps.entries()) {
      const before = server.requests.length
      const outcome = opened instanceof Error ? { error: opened } : await call(opened, step, held)
      const result: Result = { ...outcome, requests: server.requests.slice(before) }
      const found = compare(expectedSteps[index] ?? step, result, vector.go)
      differences.push(...found.map((text) => (steps.length === 1 ? text : `step ${index + 1}: ${text}`)))
    }
  } finally {
    await server.close()
  }
  return differences
}

/** Go's transport repeats a GET once when a kept connection turns out to be closed. */
function isRepeatedByGo(steps: readonly GoStep[]): boolean {
  return steps.some(({ serverReply, moreExchanges }) => serverReply?.dropped && moreExchanges !== undefined)
}

function repliesOf(steps: readonly GoStep[]): GoReply[] {
  return steps.flatMap(({ serverReply, moreExchanges = [] }) =>
    serverReply === null
      ? []
      : [serverReply, ...(serverReply.dropped ? moreExchanges.map((more) => more.serverReply) : [])],
  )
}

function open({ baseURL = "", eventKey }: GoCall, host: string, attempts: number): WorkflowStore | Error {
  try {
    return httpStore({
      baseURL: baseURL.replace("{{HOST}}", host),
      eventKey: textOf(eventKey),
      retry: { attempts, minDelay: 0 },
    })
  } catch (error) {
    if (isConfigError(error)) return error
    throw error
  }
}

async function call(
  store: WorkflowStore,
  step: GoStep,
  held: { release: () => void },
): Promise<Omit<Result, "requests">> {
  const { go } = step
  const controller = new AbortController()
  const abortReason = new Error("the context has ended")
  held.release = () => controller.abort(abortReason)
  if (/before the call|with cause/.test(go.context ?? "")) controller.abort(abortReason)
  const options = go.context === undefined ? {} : { signal: controller.signal }
  try {
    switch (go.op) {
      case "save":
        await store.save(stateOf(step), options)
        return {}
      case "load": {
        const state = await store.load(idOf(go), options)
        return { state: state && encodeState(state) }
      }
      case "delete":
        await store.delete(idOf(go), options)
        return {}
      case "list": {
        const { Status: status = "", Limit: limit = 0 } = go.filter ?? {}
        const { data } = await store.list({ ...options, status, ...(limit > 0 ? { limit } : {}) })
        return { ids: data.map(({ workflowId }) => workflowId).toSorted() }
      }
      default:
        throw new TypeError(`no such call: ${go.op}`)
    }
  } catch (error) {
    return { error, abortReason: go.context === undefined ? undefined : abortReason }
  }
}

/** What Go was given. Where it sent that, the document says it in terms that JavaScript has. */
function stateOf(step: GoStep): WorkflowStateInput {
  const workflowId = idOf(step.go)
  if (step.request !== null) return { ...decodeState(utf8(requestBytes(step))), workflowId }
  return { workflowId, input: inputOf(step.go.state?.Input), ...timesOf(step.go) }
}

/** Values that Go refuses to write and that JavaScript has, too. */
function inputOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inputOf)
  if (typeof value !== "object" || value === null) return value
  const { $float64, $go } = value as { $float64?: string; $go?: string }
  if ($float64 !== undefined) return Number($float64.replace("Inf", "Infinity"))
  if ($go === "func()") return () => {}
  if ($go?.endsWith("containing itself")) {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    return loop
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inputOf(member)]))
}

function timesOf({ state }: GoCall): Pick<WorkflowStateInput, "createdAt"> {
  const { unixSeconds } = (state?.CreatedAt ?? {}) as { unixSeconds?: string }
  const isZero = unixSeconds === undefined || unixSeconds === "-62135596800"
  return isZero ? {} : { createdAt: new Date(Number(unixSeconds) * 1000) }
}

function compare({ go, request, outcome, ...step }: GoStep, result: Result, first: GoCall): string[] {
  const found: string[] = []
  const expectedText = outcome.error?.text
  if ((expectedText === undefined) !== (result.error === undefined))
    return [`Go ${expectedText === undefined ? "succeeds" : `fails (${expectedText})`}, ours ${shown(result.error)}`]
  if (expectedText !== undefined && !isSameFailure(expectedText, result))
    found.push(`Go says ${JSON.stringify(expectedText)}, ours ${shown(result.error)}`)
  if (expectedText === undefined && go.op === "load") found.push(...compareStates(outcome, result.state ?? null))
  if (outcome.idsSorted !== undefined && JSON.stringify(outcome.idsSorted) !== JSON.stringify(result.ids))
    found.push(`Go lists ${JSON.stringify(outcome.idsSorted)}, ours ${JSON.stringify(result.ids)}`)
  if (outcome.count !== undefined && outcome.count !== result.ids?.length)
    found.push(`Go lists ${outcome.count}, ours ${result.ids?.length}`)
  // A call that is refused when the store is made sends nothing.
  if (!isConfigError(result.error)) found.push(...compareRequests({ go, request, outcome, ...step }, result, first))
  return found
}

/**
 * A text of the store's own is the same, letter by letter. Where it passes on what JSON, URL or network code says, the part before that is. A
 * caller's own reason is passed on as it is, and options are refused before there is a call.
 */
function isSameFailure(expected: string, { error, abortReason }: Result): boolean {
  if (abortReason !== undefined && error === abortReason) return /context|my reason/.test(expected)
  if (isConfigError(error)) return /: (?:create )?request: /.test(expected)
  const own =
    /^inngest\/\w+: (?:decode: EOF$|(?:decode|marshal|request|create request): |.*$)/.exec(expected)?.[0] ?? expected
  const { message } = error as Error
  return own.endsWith(": ") ? message.startsWith(own) && message.length > own.length : message === own
}

function compareStates({ state, remarshalled }: GoStep["outcome"], ours: string | null): string[] {
  if ((state === null) !== (ours === null))
    return [`Go loads ${state === null ? "nothing" : "a state"}, ours ${ours ?? "nothing"}`]
  // Go can't write everything that it reads (an offset of 24 hours).
  if (ours === null || remarshalled === undefined) return []
  return isSameDocument(remarshalled, ours) ? [] : [`Go loads ${remarshalled}, ours ${ours}`]
}

/** Equal but for the spelling of times, which Go does not keep. */
function isSameDocument(left: string, right: string): boolean {
  const [a, b] = [parseJson(left), parseJson(right)]
  return a.ok && b.ok && equalJson(withGoTimes(a.value), withGoTimes(b.value))
}

function withGoTimes(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withGoTimes)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === "History") return [name, withGoTimes(member)]
      const isTime = ["CreatedAt", "UpdatedAt", "Timestamp"].includes(name) && typeof member === "string"
      return [name, isTime ? normaliseTime(member) : member]
    }),
  )
}

function compareRequests(step: GoStep, { requests, error }: Result, first: GoCall): string[] {
  const { request } = step
  const [sent, ...more] = requests
  const repeated = step.serverReply?.dropped ? (step.moreExchanges?.length ?? 0) : 0
  const found = more.length === repeated ? [] : [`ours sends ${requests.length} requests`]
  if (request === null || sent === undefined) {
    if ((request === null) !== (sent === undefined))
      found.push(
        `Go sends ${request === null ? "nothing" : request.target}, ours ${sent?.target ?? `nothing (${shown(error)})`}`,
      )
    return found
  }
  const header = (name: string): string | undefined => {
    const value = request.headers.find(([each]) => each.toLowerCase() === name)?.[1]
    return value === undefined ? undefined : headerTextOf(value)
  }
  const pairs: [what: string, go: string | undefined, ours: string | undefined][] = [
    ["method", request.method, sent.method],
    ["workflow", keyOf(request.target, first), keyOf(sent.target, first)],
    ["content type", header("content-type"), sent.headers.get("content-type")],
    ["authorization", header("authorization"), sent.headers.get("authorization")],
  ]
  for (const [what, go, ours] of pairs) if (go !== ours) found.push(`${what}: Go sends ${go}, ours ${ours}`)
  const [expected, body] = [utf8(requestBytes(step)), utf8(sent.body)]
  if (expected !== body && !isSameMeaning(expected, body)) found.push(`body: Go sends ${expected}, ours ${body}`)
  return found
}

function isSameMeaning(left: string, right: string): boolean {
  const [a, b] = [parseJson(left), parseJson(right)]
  return a.ok && b.ok && equalJson(a.value, b.value)
}

/** What a target names to a server of this route; below the base path, if there is one. */
function keyOf(target: string, { baseURL = "" }: GoCall): string {
  const base = /^\w+:\/\/[^/]*(\/[^?#]+?)\/?$/.exec(baseURL)?.[1] ?? ""
  const match = matchWorkflowPath(target.startsWith(base) ? target.slice(base.length) : target)
  return match.kind === "workflow" ? JSON.stringify(match.id) : `${match.kind} (${target})`
}

function shown(error: unknown): string {
  return error === undefined ? "succeeds" : `fails (${error instanceof Error ? error.message : JSON.stringify(error)})`
}
