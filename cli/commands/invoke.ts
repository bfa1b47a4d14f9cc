import { type JsonValue, isNotFoundError, isValidationError } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { functionNotFound } from "../function-not-found.ts"
import { readPayload } from "../grammar/payload.ts"
import { isFailed } from "../outcome.ts"
import type { Result } from "../result.ts"
import { withLeft } from "../with-left.ts"

export async function run({ operands, payload, flags }: Call, context: Context): Promise<Result> {
  const [functionId = ""] = operands
  const given = (await readPayload(payload, context.source)) ?? { values: [{}], isBatch: false }
  const [data] = given.values
  if (given.isBatch || !isObject(data)) throw usageError("payload: a function gets one object")
  const { signal } = context
  const client = await context.client()
  const place = await context.place()
  await context.confirm({
    effect: "write",
    verb: "invoke",
    ids: [functionId],
    ask: `Run ${functionId} on ${place}?`,
    would: `${functionId} would be run on ${place}`,
    plan: { invoke: functionId, data, server: place },
  })
  const { runId } = await client.functions.invoke(functionId, { data, signal }).catch(async (error: unknown) => {
    // Which app's it is has to be known first; that it has none of that name the server says.
    if (!isValidationError(error) && !isNotFoundError(error)) throw error
    const known = await client.functions.list({ signal }).catch(() => ({ data: [] }))
    const isKnown = known.data.some(({ slug }) => slug === functionId)
    throw isKnown ? error : await functionNotFound(functionId, known.data, error)
  })
  if (!flags.isOn("wait") || context.isDryRun)
    return { type: "invoked", data: { functionId, runId }, next: [`run wait ${runId}`] }
  context.session.noteShown("run", [runId])
  const ended = await client.runs.wait(runId, { signal }).catch((error: unknown) => {
    throw withLeft(error, signal, { details: { runId }, hint: `It goes on:  run wait ${runId}` })
  })
  return {
    type: "invoked",
    data: { functionId, runId, run: ended },
    next: [`run trace ${runId}`],
    ...(isFailed(ended) ? { exitCode: 9 } : {}),
  }
}

function isObject(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
