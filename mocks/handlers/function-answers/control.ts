/** Signals and bulk cancellations. @source measured, vectors `signal-*`, `cancellations-*`; what the server crashes on: the published API */
import type { CancellationRow } from "../../engine/state.ts"
import type { FunctionAnswers } from "../exchange.ts"
import { dataV1 } from "../reply.ts"
import { writeGoString } from "../go-json.ts"
import { formatTime } from "../time-text.ts"

export const controlAnswers: Pick<
  FunctionAnswers,
  "resume" | "cancelInBulk" | "listCancellations" | "deleteCancellation"
> = {
  async resume({ engine }, signal, data) {
    const { runId } = await engine.signal(signal, data?.text ?? "null")
    return runId === undefined ? undefined : dataV1(`{"run_id":"${runId}"}`, engine.clock.now())
  },
  async cancelInBulk({ engine }, { appId, functionId, startedAfterMs, startedBeforeMs, if: condition }) {
    const fn = engine.reads.fn(functionId)
    if (fn?.appName !== appId) return undefined
    const createdAtMs = engine.clock.now()
    const asked = { slug: functionId, startedAfterMs, startedBeforeMs, condition }
    const { id } = await engine.cancelMany(asked)
    const text = writeCancellation({ id, appName: appId, createdAtMs, ...asked })
    return { ...dataV1(text, engine.clock.now()), status: 201 }
  },
  async listCancellations({ engine }) {
    const texts = engine.reads.cancellations().map(writeCancellation)
    await engine.settled()
    return dataV1(`[${texts.join(",")}]`, engine.clock.now())
  },
  async deleteCancellation({ engine }, id) {
    const { existed } = await engine.removeCancellation(id)
    return existed ? { status: 204, headers: {}, body: null } : undefined
  },
}

function writeCancellation(row: CancellationRow): string {
  const { id, appName, slug, startedAfterMs, startedBeforeMs, condition, createdAtMs } = row
  const members = [
    `"id":"${id}"`,
    `"name":${writeGoString(`Cancellation of ${slug}`)}`,
    `"app_id":${writeGoString(appName)}`,
    `"function_id":${writeGoString(slug)}`,
    `"environment_id":"00000000-0000-0000-0000-000000000000"`,
    ...(startedAfterMs === undefined ? [] : [`"started_after":"${formatTime(startedAfterMs)}"`]),
    `"started_before":"${formatTime(startedBeforeMs)}"`,
    ...(condition === undefined ? [] : [`"if":${writeGoString(condition)}`]),
    `"created_at":"${formatTime(createdAtMs)}"`,
  ]
  return `{${members.join(",")}}`
}
