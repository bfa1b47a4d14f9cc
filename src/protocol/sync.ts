/** Syncs: an app announces its functions (`POST /fn/register`), or is asked for them (in band). */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"
import { type FunctionConfig, decodeFunctionConfig, encodeFunctionConfig } from "./function-config.ts"
import { type Introspection, decodeIntrospection, encodeIntrospection } from "./introspection.ts"
import { misread } from "./shape.ts"

export interface RegisterRequest {
  /** The serve URL. */
  url: string
  appId: string
  framework: string
  /** `js:v4.24.0`. */
  sdk: string
  functions: FunctionConfig[]
}

/** @source measured (recording `sync`) */
export function encodeRegister(app: RegisterRequest): JsonObject {
  return { ...encodeApp(app), deployType: "ping", appName: app.appId, v: "0.1" }
}

/** What both ways of a sync say. */
function encodeApp({ url, framework, sdk, functions }: RegisterRequest): JsonObject {
  // What this kind of SDK can do, as the official one says it.
  const capabilities = { trust_probe: "v1" }
  return { url, framework, functions: functions.map(encodeFunctionConfig), sdk, capabilities }
}

const route = "functions.register"

/**
 * A registration as a server reads it. An empty app id is for the rules to refuse (`App ID required`).
 *
 * @throws ProtocolError naming the member: `Invalid request`.
 */
export function decodeRegister(value: JsonValue | undefined): RegisterRequest {
  const json = isJsonObject(value) ? value : misread(route, "body", "an object", value)
  const functions = json.functions ?? []
  return {
    url: textOr(json.url),
    appId: textOr(json.appName),
    framework: textOr(json.framework),
    sdk: textOr(json.sdk),
    functions: (Array.isArray(functions) ? functions : misread(route, "functions", "an array", functions)).map(
      (fn, index) => decodeFunctionConfig(fn, route, `functions[${index}]`),
    ),
  }
}

function textOr(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : ""
}

/** What a server answers to a registration. */
export interface RegisterAnswer {
  ok: boolean
  /** Whether anything changed since the last one. */
  modified: boolean
  /** UUIDs. */
  syncId: string
  appUuid: string
}

export function encodeRegisterAnswer({ ok, modified, syncId, appUuid }: RegisterAnswer): JsonObject {
  return { ok, modified, sync_id: syncId, app_id: appUuid }
}

export function decodeRegisterAnswer(value: JsonValue | undefined): RegisterAnswer {
  const json = isJsonObject(value) ? value : misread(route, "answer", "an object", value)
  return {
    ok: json.ok === true,
    modified: json.modified === true,
    syncId: textOr(json.sync_id),
    appUuid: textOr(json.app_id),
  }
}

export interface InBandSync extends RegisterRequest {
  env: string | null | undefined
  inspection: Introspection
  /** @default the name in `sdk` */
  sdkAuthor?: string | undefined
}

/** The answer to a PUT with `x-inngest-sync-kind: in_band`. @source measured (recording `sync`) */
export function encodeInBandSync({ env = null, inspection, ...app }: InBandSync): JsonObject {
  const [language = "", version = ""] = app.sdk.split(":v")
  return {
    ...encodeApp(app),
    app_id: app.appId,
    env,
    inspection: encodeIntrospection(inspection),
    sdk_author: app.sdkAuthor ?? language,
    sdk_language: language,
    sdk_version: version,
  }
}

/** @throws ProtocolError */
export function decodeInBandSync(value: JsonValue | undefined): InBandSync {
  const json = isJsonObject(value) ? value : misread("in-band sync", "body", "an object", value)
  const register = decodeRegister({ ...json, appName: json.app_id ?? null })
  return {
    ...register,
    env: textOr(json.env) || undefined,
    inspection: decodeIntrospection(json.inspection),
    sdkAuthor: textOr(json.sdk_author),
  }
}
