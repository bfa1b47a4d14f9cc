/** `POST /v1/checkpoint/:run/async`. @source recording `steps2-checkpoint`, vector `checkpoint-async-bad` */
import { maxDocumentBytes } from "../body-limits.ts"
import { ProtocolError } from "../../../src/errors.ts"
import { decodeCheckpoint } from "../../../src/protocol/checkpoint.ts"
import { parseJson } from "../../../src/shared/json.ts"
import type { Exchange } from "../exchange.ts"
import { readJsonBody } from "../json-body.ts"
import { type Reply, errorV1 } from "../reply.ts"

/** Kept before it is answered: the SDK does not report these steps again. */
export async function checkpointSteps(exchange: Exchange): Promise<Reply> {
  const body = await readJsonBody(exchange, maxDocumentBytes)
  const parsed = body.ok ? parseJson(body.value.text) : undefined
  if (parsed?.ok !== true) return errorV1(400, "Invalid request body")
  try {
    decodeCheckpoint(parsed.value)
  } catch (error) {
    if (error instanceof ProtocolError) return errorV1(400, error.message)
    throw error
  }
  const steps = body.ok ? body.value.members?.get("steps")?.text : undefined
  const runId = exchange.params.run ?? ""
  if (steps !== undefined && steps !== "null") {
    const { taken } = await exchange.engine.checkpoint(runId.toUpperCase(), steps)
    if (!taken) return errorV1(404, `no run ${runId} goes on`)
  }
  return { status: 200, headers: { "content-type": "application/json" }, body: null }
}
