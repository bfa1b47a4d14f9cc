/** `/v0/runs/…`: what an SDK fetches when a call says `use_api`. @source recording `use-api`, vectors `v0-*` */
import { withoutEmptyUser } from "../../engine/call-event.ts"
import { isEnded } from "../../engine/run.ts"
import type { FunctionAnswers } from "../exchange.ts"
import type { Reply } from "../reply.ts"

const plainText = "text/plain; charset=utf-8"

export const runAnswersV0: Pick<FunctionAnswers, "cancelRunV0" | "listBatch" | "listActions"> = {
  async cancelRunV0({ engine }, runId) {
    const { outcome } = await engine.cancel(runId)
    return outcome === "unknown" ? undefined : { status: 204, headers: {}, body: null }
  },
  async listBatch({ engine }, runId) {
    const run = engine.reads.run(runId)
    await engine.settled()
    return run === undefined || isEnded(run.phase) ? undefined : text(`[${run.events.map(withoutEmptyUser).join(",")}]`)
  },
  async listActions({ engine }, runId) {
    const run = engine.reads.run(runId)
    await engine.settled()
    return run === undefined || isEnded(run.phase) ? undefined : text(engine.reads.steps(run))
  },
}

function text(body: string): Reply {
  return { status: 200, headers: { "content-type": plainText }, body }
}
