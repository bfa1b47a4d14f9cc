/** `POST /v1/checkpoint/:run/async`. @source recording `steps2-checkpoint`, vector `checkpoint-async-bad` */
import { maxDocumentBytes } from "../body-limits.ts"
import { ProtocolError } from "../../../src/errors.ts"
import { decodeCheckpoint } from "../../../src/protocol/checkpoint.ts"
import { parseCheckpoint } from "../../../src/protocol/ops-text.ts"
import { encodeStepOp } from "../../../src/protocol/step.ts"
import { type JsonResult, type JsonValue, isJsonObject } from "../../../src/shared/json.ts"
import { textOf } from "../../engine/json-text.ts"
import type { Exchange } from "../exchange.ts"
import { decodeUtf8 } from "../incoming-events.ts"
import { readJsonText } from "../json-body.ts"
import { type Reply, errorV1 } from "../reply.ts"

/** Kept before it is answered: the SDK does not report these steps again. */
export async function checkpointSteps(exchange: Exchange): Promise<Reply> {
  const body = readBody(decodeUtf8(await exchange.bytes(maxDocumentBytes)))
  if (!body.ok) return errorV1(400, "Invalid request body")
  const runId = exchange.params.run ?? ""
  try {
    const { ops } = decodeCheckpoint(body.value)
    if (isJsonObject(body.value) && Array.isArray(body.value.steps)) {
      // The official SDK lays its own bookkeeping into each op; what is kept are the ops.
      const { taken } = await exchange.engine.checkpoint(runId.toUpperCase(), textOf(ops.map(encodeStepOp)))
      if (!taken) return errorV1(404, `no run ${runId} goes on`)
    }
  } catch (error) {
    if (error instanceof ProtocolError) return errorV1(400, error.message)
    throw error
  }
  return { status: 200, headers: { "content-type": "application/json" }, body: null }
}

function readBody(text: string): JsonResult<JsonValue> {
  const whole = parseCheckpoint(text)
  if (whole.ok) return whole
  // What the server's decoder takes and others don't: something behind the value.
  const value = readJsonText(text)
  return value.ok ? parseCheckpoint(value.value.text) : whole
}
