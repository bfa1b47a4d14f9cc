/**
 * One fetch handler between pages and an Inngest server: it holds the keys, and lets through what was allowed.
 *
 * I1  Nothing is read, sent or stored before `authorize` said yes to this very request, and before the permission of its route is there.
 * I2  What goes on is built here, from a route of the table, decoded parameters, named query parameters and named members of the body. No
 *     header of the page goes on but the checked seed of event ids; no byte of its path does.
 * I3  What comes back is built here, too: see upstream-answer.ts and answer.ts.
 * I4  What changes something is not done for a page of another origin.
 * I5  It never throws, and tells the audit hook of every request, once.
 */
import { fetchServerInfo } from "../api/server-info.ts"
import { isConnectionError, isProtocolError, isTimeoutError } from "../errors.ts"
import { cloudApiURL } from "../options.ts"
import { eventIdSeedHeader, serverKindHeader } from "../protocol/headers.ts"
import { type Route, buildPath } from "../protocol/routes.ts"
import { type Answer, json, outcomeOf, refusal, routeMissing, toResponse } from "./answer.ts"
import type { AuditEntry } from "./audit.ts"
import { readBytes, readJson, toBody, toEvents } from "./incoming.ts"
import { readInvocation } from "./invocation.ts"
import { type GatewayOptions, resolveGatewayOptions } from "./options.ts"
import { type Allowance, type PermissionName, isWithin } from "./permissions.ts"
import { methodsText, missing, unknownParameter, wrongMethod } from "./refusals.ts"
import { accessOf } from "./route-access.ts"
import { isSameOrigin } from "./same-origin.ts"
import { type RouteMatch, type Target, readTarget } from "./target.ts"
import { createUpstream, isTooLarge } from "./upstream.ts"
import { toAnswer } from "./upstream-answer.ts"
import { answerWorkflows, workflowPermissions } from "./workflows.ts"

/** Answers every request below its path; never throws. */
export type Gateway = (request: Request) => Promise<Response>

/** What becomes known of a request on its way. */
type Facts = { -readonly [Name in "who" | "route" | "permission" | "target"]: AuditEntry[Name] }

/**
 * A fetch handler for pages that use `createClient({ baseURL: "/api/inngest" })`, without any key. It answers `/v1/workflows` from `store`,
 * and passes on what is allowed of the event API and the REST API.
 *
 * Errors are `{ "error": text, "status": number }`; a missing permission has its name in `permission`. Pages get 502 where the server behind
 * fails or does not take the key, 504 where it is late, and never its own words.
 *
 * @throws ConfigError naming the option.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const resolved = resolveGatewayOptions(options)
  const { store, authorize, basePath, origins, allowances, maxRequestBytes, maxResponseBytes, audit, report, clock } =
    resolved
  const upstream = createUpstream(options.client, resolved)

  return async (request) => {
    const atMs = clock.now()
    const facts: Facts = { who: undefined, route: undefined, permission: undefined, target: undefined }
    let answer: Answer | Response
    try {
      answer = await respond(request, facts)
    } catch (error) {
      answer = toFailure(error, request.signal)
    }
    const { status } = answer
    const response = answer instanceof Response ? answer : toResponse(answer, request.method)
    const outcome = answer instanceof Response ? "unauthenticated" : outcomeOf(answer)
    try {
      await audit?.({ atMs, method: request.method, ...facts, outcome, status, durationMs: clock.now() - atMs })
    } catch (error) {
      report(error)
    }
    return response
  }

  async function respond(request: Request, facts: Facts): Promise<Answer | Response> {
    const { method } = request
    const target = readTarget(request.url, basePath)
    if (method === "OPTIONS") return answerOptions(target)
    const isRead = method === "GET" || method === "HEAD"
    // I4
    if (!isRead && !isSameOrigin(request, origins))
      return refusal(403, "a page of another origin can't change anything here", { outcome: "cross-site" })
    // I1
    const caller: unknown = await authorize(request)
    if (caller instanceof Response) return caller
    if (caller !== true && (typeof caller !== "string" || caller === ""))
      return refusal(401, "not signed in", { outcome: "unauthenticated" })
    facts.who = caller === true ? undefined : caller
    if (target.kind === "none") return routeMissing()
    if (target.kind === "bad-parameter") return refusal(400, `${target.name}: is no id`)
    const asked = method === "HEAD" ? "GET" : method
    return target.kind === "workflows"
      ? askStore(request, target, asked, facts)
      : askServer(request, target, asked, facts)
  }

  async function askStore(
    request: Request,
    { id, search }: Extract<Target, { kind: "workflows" }>,
    method: string,
    facts: Facts,
  ): Promise<Answer> {
    const permission = workflowPermissions(id).get(method)
    facts.target = id?.slice(0, 200)
    if (permission === undefined) return wrongMethod(workflowPermissions(id).keys())
    facts.route = permission
    facts.permission = permission
    // As a stock server answers: then the page's client says what it is, and not that every workflow is absent.
    if (store === undefined) return routeMissing({ [serverKindHeader]: "cloud" })
    if (allowanceOf(permission).kind === "none") return missing(permission)
    const unknown = unknownParameter(search, accessOf(permission))
    if (unknown !== undefined) return unknown
    const body = method === "PUT" ? await readBytes(request, maxRequestBytes) : undefined
    if (body?.ok === false) return body.answer
    return answerWorkflows(
      { method: request.method, id, search, headers: request.headers, body: body?.value, signal: request.signal },
      { store, maxRequestBytes, maxResponseBytes, mask: upstream.mask, onError: report },
    )
  }

  async function askServer(
    request: Request,
    { byMethod, search }: Extract<Target, { kind: "routes" }>,
    method: string,
    facts: Facts,
  ): Promise<Answer> {
    const match = byMethod.get(method)
    if (match === undefined) return wrongMethod(byMethod.keys())
    const { route, params } = match
    facts.route = route.name
    // The key in the path of an event is the page's guess, and none of anybody's business.
    if (route.name !== "events.send") facts.target = Object.values(params).join("/").slice(0, 200) || undefined
    const access = accessOf(route.name)
    if (access === "closed") return refusal(403, `${route.name} is not served by a gateway`, { outcome: "forbidden" })
    const { permission } = access
    facts.permission = permission
    const allowance = allowanceOf(permission)
    if (allowance.kind === "none") return missing(permission)
    const unknown = unknownParameter(search, access)
    if (unknown !== undefined) return unknown
    if (route.name === "events.send") return sendEvents(request, route, allowance)
    if (route.name === "dev") return tellServer(request.signal)
    const invocation = route.name === "functions.invoke" ? readInvocation(params, allowance) : { params }
    if ("missing" in invocation) return missing(permission, invocation.missing)
    return passOn(request, { route, params: invocation.params }, search, access)
  }

  async function passOn(
    request: Request,
    { route, params }: RouteMatch,
    search: URLSearchParams,
    { body: members }: { readonly body?: readonly string[] },
  ): Promise<Answer> {
    let body: string | undefined
    if (members !== undefined) {
      const read = await readJson(request, maxRequestBytes)
      if (!read.ok) return read.answer
      const written = toBody(read.value, members)
      if (!written.ok) return written.answer
      body = written.value
    }
    const query = search.toString()
    const path = buildPath(route.path, params)
    const exchanged = await upstream.transport.exchange(route, {
      path: query === "" ? path : `${path}?${query}`,
      body,
      signal: request.signal,
    })
    return toAnswer(route, exchanged, upstream, report)
  }

  async function sendEvents(request: Request, route: Route, allowance: Allowance): Promise<Answer> {
    const seed = request.headers.get(eventIdSeedHeader)
    if (seed !== null && !/^\d{1,16},[A-Za-z0-9+/]{14}==$/.test(seed))
      return refusal(400, `${eventIdSeedHeader}: is not <millis>,<base64 of 10 bytes>`)
    const read = await readJson(request, maxRequestBytes)
    if (!read.ok) return read.answer
    const events = toEvents(read.value)
    if (!events.ok) return events.answer
    const notAllowed = [...events.value.names].find((name) => !isWithin(allowance, name))
    if (notAllowed !== undefined) return missing("events.send", notAllowed)
    const exchanged = await upstream.transport.exchange(route, {
      body: events.value.body,
      headers: seed === null ? {} : { [eventIdSeedHeader]: seed },
      signal: request.signal,
    })
    return toAnswer(route, exchanged, upstream, report)
  }

  /** The server's own answer to `/dev` holds all its settings. */
  async function tellServer(signal: AbortSignal): Promise<Answer> {
    const { kind, version } = await fetchServerInfo(upstream.transport, cloudApiURL, { signal })
    return json(await upstream.mask(JSON.stringify({ kind, version: isVersion(version) ? version : undefined })))
  }

  function allowanceOf(permission: PermissionName): Allowance {
    return allowances.get(permission) ?? { kind: "none" }
  }

  function toFailure(error: unknown, signal: AbortSignal): Answer {
    // Nobody is there to read it.
    if (signal.aborted) return refusal(499, "the caller went away", { outcome: "aborted" })
    report(error)
    if (isTimeoutError(error)) return refusal(504, "the server behind the gateway did not answer in time")
    if (isTooLarge(error)) return refusal(502, `the answer is larger than ${maxResponseBytes} bytes`)
    if (isConnectionError(error)) return refusal(502, "the server behind the gateway can't be reached")
    if (isProtocolError(error)) return refusal(502, "what answers behind the gateway is not an Inngest server")
    return refusal(500, "the gateway failed")
  }
}

/** No CORS header: to a preflight of another origin that is a no. */
function answerOptions(target: Target): Answer {
  if (target.kind === "none" || target.kind === "bad-parameter") return routeMissing()
  const byMethod = target.kind === "routes" ? target.byMethod : workflowPermissions(target.id)
  return { status: 204, body: null, headers: { allow: `OPTIONS, ${methodsText(byMethod.keys())}` } }
}

function isVersion(version: string | undefined): boolean {
  return version !== undefined && /^[\w.+-]{1,64}$/.test(version)
}
