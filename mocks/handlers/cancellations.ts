/**
 * `/v1/cancellations`. What the server refuses it refuses in these words; where it would go on, it crashes, and this one does what the published
 * API says.
 *
 * @source measured, vectors `cancellations-*`
 */
import { isUlid } from "../../src/shared/id.ts"
import type { Exchange } from "./exchange.ts"
import { fieldsOf, readJsonBody, textsOf } from "./json-body.ts"
import { type Reply, dataV1, errorV1 } from "./reply.ts"

export async function createCancellation(exchange: Exchange): Promise<Reply> {
  const body = await readJsonBody(exchange)
  if (!body.ok || (body.value.kind !== "object" && body.value.kind !== "null"))
    return errorV1(400, "Invalid cancellation request")
  const texts = textsOf(fieldsOf(body.value), ["app_id", "function_id", "started_before", "started_after", "if"])
  if (texts === undefined) return errorV1(400, "Invalid cancellation request")
  const { app_id: appId, function_id: functionId, started_before: before, started_after: after } = texts
  const [beforeMs, afterMs] = [before, after].map((text) => (text === "" ? zeroTimeMs : parseTime(text)))
  if (beforeMs === undefined || afterMs === undefined) return errorV1(400, "Invalid cancellation request")
  const faults = [
    appId === "" && "app_id is required",
    functionId === "" && "function_id is required",
    beforeMs === zeroTimeMs && "started_before is required",
    beforeMs > exchange.engine.clock.now() && "started_before must be in the past",
    after !== "" && afterMs > beforeMs && "started_after must be before started_before",
  ].filter((fault) => fault !== false)
  if (faults.length > 0) return errorV1(400, faults.join("\n"))
  const found = await exchange.functions.cancelInBulk?.(exchange, {
    appId,
    functionId,
    startedBeforeMs: beforeMs,
    startedAfterMs: after === "" ? undefined : afterMs,
    if: texts.if || undefined,
  })
  return found ?? errorV1(404, "function not found")
}

export async function listCancellations(exchange: Exchange): Promise<Reply> {
  return (await exchange.functions.listCancellations?.(exchange)) ?? dataV1("[]", exchange.engine.clock.now())
}

export async function deleteCancellation(exchange: Exchange): Promise<Reply> {
  const { id = "" } = exchange.params
  if (!isUlid(id)) return errorV1(400, "Invalid cancellation ID")
  const found = await exchange.functions.deleteCancellation?.(exchange, id.toUpperCase())
  return found ?? errorV1(404, "Cancellation not found")
}

/** What counts as no time at all. */
const zeroTimeMs = Date.parse("0001-01-01T00:00:00Z")

/** RFC 3339 as the server's decoder takes it. */
function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const timeMs = Date.parse(text.replace(",", "."))
  return Number.isNaN(timeMs) ? undefined : timeMs
}
