import { invalid } from "../../shared/validation-error.ts"
import { type JsonValue, isJsonObject } from "../../shared/json.ts"
import { type StepDefinition, type StepId, readData, toStepIdentity } from "./definition.ts"

export interface FetchStepOptions {
  /** @default `step.fetch: <host>` */
  id?: StepId | undefined
  method?: string | undefined
  headers?: HeadersInit | undefined
  /** Text only: it travels in the op. */
  body?: string | undefined
}

/** Statuses that come without a body: `Response` refuses one. */
const bodiless = [204, 205, 304]

/** @source measured (recording `fetch-ai`): the server makes the request; any HTTP status is a result, no answer is an error */
export function defineFetch(url: string | URL, options: FetchStepOptions = {}): StepDefinition<Response> {
  const parsed = URL.parse(url)
  if (parsed === null) throw invalid("url", `"${String(url)}" is no absolute URL`)
  const { method = "GET", headers, body } = options
  if (body !== undefined && typeof body !== "string") throw invalid("body", "must be a string")
  const identity = toStepIdentity(options.id ?? `step.fetch: ${parsed.hostname}`)
  const read = readData(identity.id)
  return {
    ...identity,
    kind: "report",
    op: {
      op: "Gateway",
      url: String(url),
      method,
      headers: Object.fromEntries(new Headers(headers)),
      body,
    },
    read: (memoized) => toResponse(read(memoized)),
  }
}

function toResponse(value: JsonValue): Response {
  const { status_code: status, headers, body } = isJsonObject(value) ? value : {}
  const code = typeof status === "number" && status >= 200 && status <= 599 ? status : 502
  return new Response(bodiless.includes(code) ? null : typeof body === "string" ? body : JSON.stringify(body), {
    status: code,
    headers: Object.entries(isJsonObject(headers) ? headers : {}).map(([name, field]) => [name, String(field)]),
  })
}
