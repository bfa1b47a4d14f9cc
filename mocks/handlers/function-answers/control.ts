/** Signals and bulk cancellations. @source measured, vectors `signal-*`, `cancellations-*` */
import type { CancellationRequest, FunctionAnswers } from "../exchange.ts"
import { type Reply, dataV1 } from "../reply.ts"
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
  async cancelInBulk(
    { engine },
    { appId, functionId, startedAfter, startedBefore, if: condition },
  ): Promise<Reply | undefined> {
    const fn = engine.reads.fn(functionId)
    if (fn?.appName !== appId) return undefined
    const nowMs = engine.clock.now()
    const { id } = await engine.cancelMany({
      slug: functionId,
      startedAfterMs: startedAfter === undefined ? undefined : Date.parse(startedAfter),
      startedBeforeMs: Date.parse(startedBefore),
      condition,
    })
    return {
      ...dataV1(
        writeCancellation({ id, appId, functionId, startedAfter, startedBefore, if: condition, createdAtMs: nowMs }),
        nowMs,
      ),
      status: 201,
    }
  },
  async listCancellations({ engine }): Promise<Reply> {
    const rows = engine.reads.cancellations().map((row) =>
      writeCancellation({
        id: row.id,
        appId: row.appName,
        functionId: row.slug,
        startedAfter: row.startedAfterMs === undefined ? undefined : formatTime(row.startedAfterMs),
        startedBefore: formatTime(row.startedBeforeMs),
        if: row.condition,
        createdAtMs: row.createdAtMs,
      }),
    )
    return dataV1(`[${rows.join(",")}]`, engine.clock.now())
  },
  async deleteCancellation({ engine }, id): Promise<Reply | undefined> {
    const { existed } = await engine.removeCancellation(id)
    return existed ? { status: 204, headers: {}, body: null } : undefined
  },
}

function writeCancellation(of: CancellationRequest & { id: string; createdAtMs: number }): string {
  const { id, appId, functionId, startedAfter, startedBefore, if: condition, createdAtMs } = of
  const members = [
    `"id":"${id}"`,
    `"name":${writeGoString(`Cancellation of ${functionId}`)}`,
    `"app_id":${writeGoString(appId)}`,
    `"function_id":${writeGoString(functionId)}`,
    `"environment_id":"00000000-0000-0000-0000-000000000000"`,
    ...(startedAfter === undefined ? [] : [`"started_after":${writeGoString(startedAfter)}`]),
    `"started_before":${writeGoString(startedBefore)}`,
    ...(condition === undefined ? [] : [`"if":${writeGoString(condition)}`]),
    `"created_at":"${formatTime(createdAtMs)}"`,
  ]
  return `{${members.join(",")}}`
}
