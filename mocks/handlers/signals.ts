/** `POST /v1/signals`. @source measured, vectors `signal-*` */
import type { Exchange } from "./exchange.ts"
import { fieldsOf, readJsonBody } from "./json-body.ts"
import { type Reply, errorV1 } from "./reply.ts"

export async function sendSignal(exchange: Exchange): Promise<Reply> {
  const body = await readJsonBody(exchange)
  const isRead = body.ok && (body.value.kind === "object" || body.value.kind === "null")
  if (!isRead) return errorV1(400, "Invalid signal data")
  const fields = fieldsOf(body.value)
  const signal = fields.get("signal")
  if (signal !== undefined && signal.kind !== "string") return errorV1(400, "Invalid signal data")
  // Not a request for no signal, but one that the server fails at.
  if (signal === undefined || signal.letters === "") return errorV1(500, "Failed to receive signal")
  const found = await exchange.functions.resume?.(exchange, signal.letters, fields.get("data"))
  return found ?? errorV1(404, "No signal found")
}
