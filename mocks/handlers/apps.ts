/**
 * Apps and their functions: what is asked is judged here, what is registered comes from `exchange.functions`.
 *
 * @source measured, vectors `app-*`, `fn-*`, `invoke-*`, `v2-app*`, `v2-function*`, `v2-invoke*`
 */
import { functionsRegister } from "../../src/protocol/routes.ts"
import { maxSmallBodyBytes } from "./body-limits.ts"
import type { Exchange } from "./exchange.ts"
import { type GoValue, readGoDocument, writeGoString } from "./go-json.ts"
import { decodeUtf8 } from "./incoming-events.ts"
import { fieldsOf, readJsonBody } from "./json-body.ts"
import { readPageQuery } from "./page-query.ts"
import { type Reply, emptyPageV2, errorV2, jsonV1, notServed, textErrorV1, textJson } from "./reply.ts"

/** No envelope, and an app that nobody knows has no functions. */
export async function listFunctionsV1(exchange: Exchange): Promise<Reply> {
  return (await exchange.functions.listFunctionsV1?.(exchange, exchange.params.app ?? "")) ?? jsonV1("[]")
}

export async function listApps(exchange: Exchange): Promise<Reply> {
  const page = readPageQuery(exchange.query(), 100)
  if (!page.ok) return page.refusal
  const known = await exchange.functions.listApps?.(exchange, page.query)
  return known ?? emptyPageV2(exchange.engine.clock.now(), page.query.limit)
}

export async function getApp(exchange: Exchange): Promise<Reply> {
  return (await exchange.functions.getApp?.(exchange, exchange.params.app ?? "")) ?? noApp()
}

export async function listFunctions(exchange: Exchange): Promise<Reply> {
  const page = readPageQuery(exchange.query(), 100)
  if (!page.ok) return page.refusal
  return (await exchange.functions.listFunctions?.(exchange, exchange.params.app ?? "", page.query)) ?? noApp()
}

export async function getFunction(exchange: Exchange): Promise<Reply> {
  const { app = "", fn = "" } = exchange.params
  return (await exchange.functions.getFunction?.(exchange, app, fn)) ?? noFunction()
}

/** The input is judged before the function is looked for. */
export async function invoke(exchange: Exchange): Promise<Reply> {
  const { app = "", fn = "" } = exchange.params
  const text = decodeUtf8(await exchange.bytes(maxSmallBodyBytes))
  const body = text.trim() === "" ? undefined : readGoDocument(text)
  if (body?.ok === false) return errorV2(400, "api_error", body.message)
  const input = body?.value
  if (input !== undefined && input.kind !== "object")
    return errorV2(
      400,
      "api_error",
      `proto:\u00a0syntax error (line 1:1): unexpected token ${text.trimStart()[0] ?? ""}`,
    )
  const data = input?.members?.get("data")
  if (input === undefined || data === undefined || data.kind === "null")
    return errorV2(400, "missing_field", "Input data is required")
  if (data.kind !== "object") return errorV2(400, "api_error", "proto: google.protobuf.Struct is not an object")
  return (await exchange.functions.invoke?.(exchange, app, fn, input)) ?? noFunction()
}

/** Taken for every slug: an event says that the function was asked for, and starts it when there is one. */
export async function invokeBySlug(exchange: Exchange): Promise<Reply> {
  const body = await readJsonBody(exchange)
  if (!body.ok || body.value.kind !== "object") return textErrorV1(400, "Unable to read post data request")
  const data = fieldsOf(body.value).get("data")
  const { eventId } = await exchange.engine.invoke(exchange.params.slug ?? "", {
    data: data?.kind === "object" ? data.text : null,
  })
  return textJson(200, `{"id":"${eventId}","status":200}`)
}

export async function register(exchange: Exchange): Promise<Reply> {
  const { request, serverKind } = exchange
  const expected = request.headers.get("x-inngest-expected-server-kind") ?? ""
  if (expected !== "" && expected !== serverKind)
    return textJson(400, `{"error":${writeGoString(`Expected server kind ${serverKind}, got ${expected}`)}}`)
  const body = await readJsonBody(exchange)
  const fault = body.ok ? registrationFault(body.value) : body.message
  if (!body.ok || fault !== undefined)
    return textJson(400, `{"error":${writeGoString(`Invalid request: ${fault ?? ""}`)}}`)
  const fields = fieldsOf(body.value)
  if ((fields.get("appname")?.letters ?? "") === "") return textErrorV1(400, "App ID required")
  const sdk = fields.get("sdk")?.letters ?? ""
  if (isTooOld(sdk)) return textErrorV1(400, `the SDK ${sdk} is older than js:v3.54.0`, "sdk_version_denied")
  return (await exchange.functions.register?.(exchange, body.value)) ?? notServed(functionsRegister)
}

/** Versions of the JavaScript SDK that the server takes no functions from. @source measured; of the refusal status and code */
function isTooOld(sdk: string): boolean {
  const [, major = "", minor = ""] = /^js:v?(\d+)\.(\d+)/.exec(sdk) ?? []
  return major !== "" && (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 54))
}

/** Only what must hold before an app can be named; the rest is judged with its functions. */
function registrationFault(registration: GoValue): string | undefined {
  if (registration.kind === "null") return undefined
  if (registration.kind !== "object")
    return `json: cannot unmarshal ${registration.kind} into Go value of type sdk.RegisterRequest`
  const name = fieldsOf(registration).get("appname")
  if (name === undefined || name.kind === "string") return undefined
  return `json: cannot unmarshal ${name.kind} into Go struct field RegisterRequest.appName of type string`
}

export async function remove(exchange: Exchange): Promise<Reply> {
  const url = exchange.query().get("url") ?? ""
  return (await exchange.functions.remove?.(exchange, url)) ?? textErrorV1(404, `App not found: ${url}`)
}

function noApp(): Reply {
  return errorV2(404, "not_found", "App not found")
}

function noFunction(): Reply {
  return errorV2(404, "not_found", "Function not found")
}
