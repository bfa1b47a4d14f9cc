import { hiddenErrorStatus } from "../protocol/envelope.ts"
import type { Route } from "../protocol/usual-routes.ts"
import type { JsonValue } from "../shared/json-value.ts"
import { type AnswerHeaders, type Body, bodyOf, isSuccess } from "./exchange.ts"
import type { ExchangeRequest, ExchangeResult, Transport } from "./transport.ts"

/**
 * `exchange`, with errors thrown, those too that the server hides in a 200.
 *
 * @throws what `exchange` throws, and ApiError by status.
 */
export async function exchangeOrThrow(
  transport: Transport,
  route: Route,
  asked: ExchangeRequest,
): Promise<ExchangeResult & Body> {
  const answer = await transport.exchange(route, asked)
  const body = bodyOf(answer)
  if (!isSuccess(answer) || (route.method === "GET" && hiddenErrorStatus(body.value) !== undefined)) {
    const error = await transport.fault(route, answer)
    if (error !== undefined) throw error
  }
  return Object.assign(answer, body)
}

export interface ParsedAnswer {
  status: number
  headers: AnswerHeaders
  body: JsonValue | undefined
}

/**
 * `exchange`, with errors thrown and the body parsed; `undefined` when it is empty.
 *
 * @throws what `exchangeOrThrow` throws, ProtocolError for a success that is not JSON.
 */
export async function request(transport: Transport, route: Route, asked: ExchangeRequest): Promise<ParsedAnswer> {
  const answer = await exchangeOrThrow(transport, route, asked)
  const { status, headers, isJson, value } = answer
  if (isJson) return { status, headers, body: value }
  throw (await import("./fault.ts")).notJson(route, answer)
}
