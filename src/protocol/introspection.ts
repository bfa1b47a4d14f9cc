/** What a serve URL says of itself to a GET. */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"
import { misread } from "./shape.ts"

export interface Introspection {
  hasEventKey: boolean
  hasSigningKey: boolean
  /** Failure handlers count. */
  functionCount: number
  mode: "dev" | "cloud"
}

/** @source measured (recording `sync`) */
export function encodeIntrospection({ hasEventKey, hasSigningKey, functionCount, mode }: Introspection): JsonObject {
  return {
    extra: { native_crypto: true },
    has_event_key: hasEventKey,
    has_signing_key: hasSigningKey,
    function_count: functionCount,
    mode,
    schema_version: "2024-05-24",
  }
}

export function decodeIntrospection(value: JsonValue | undefined): Introspection {
  const json = isJsonObject(value) ? value : misread("introspection", "body", "an object", value)
  return {
    hasEventKey: json.has_event_key === true,
    hasSigningKey: json.has_signing_key === true,
    functionCount: typeof json.function_count === "number" ? json.function_count : 0,
    mode: json.mode === "cloud" ? "cloud" : "dev",
  }
}
