/** Functions as a server lists them: `/v2/apps/{app}/functions`, `/v1/apps/{app}/functions`. */
import type { JsonObject } from "../shared/json-value.ts"
import { type Decode, list, map, object, shape, text, textIf } from "./shape.ts"

export interface FunctionTrigger {
  type: "event" | "cron" | (string & {})
  /** The event's name, or the cron expression. */
  value: string
  /** An expression that must hold for the event. */
  if?: string | undefined
}

export interface FunctionInfo {
  /** Within its app: `ship-order`. */
  id: string
  appId: string
  /** In full: `core-ship-order`. */
  slug: string
  name: string
  triggers: FunctionTrigger[]
  /** Retries, concurrency, and so on, in the shape of the server's REST generation. */
  configuration: JsonObject
}

export const decodeFunction: Decode<FunctionInfo> = /* @__PURE__ */ map(
  /* @__PURE__ */ shape({
    id: text,
    appId: ["app.id", text],
    name: textIf,
    triggers: /* @__PURE__ */ list(
      /* @__PURE__ */ shape({
        type: /* @__PURE__ */ map(text, (type) => type.toLowerCase()),
        value: text,
        if: ["condition", textIf],
      }),
    ),
    configuration: object,
  }),
  (fn) => ({ ...fn, slug: `${fn.appId}-${fn.id}`, name: fn.name ?? fn.id }),
)

/** @param appId the app whose functions were asked for; in the answer it is a UUID. */
export function decodeFunctionV1(appId: string): Decode<FunctionInfo> {
  const prefix = `${appId}-`
  return map(
    shape({
      slug: ["id", text],
      name: textIf,
      triggers: ["config.triggers", list(decodeTriggerV1)],
      configuration: ["config", object],
    }),
    (fn) => ({
      ...fn,
      id: fn.slug.startsWith(prefix) ? fn.slug.slice(prefix.length) : fn.slug,
      appId,
      name: fn.name ?? fn.slug,
    }),
  )
}

const decodeTriggerV1: Decode<FunctionTrigger> = /* @__PURE__ */ map(
  /* @__PURE__ */ shape({ event: textIf, cron: textIf, if: ["expression", textIf] }),
  ({ event = "", cron, ...rest }) => ({ type: cron === undefined ? "event" : "cron", value: cron ?? event, ...rest }),
)
