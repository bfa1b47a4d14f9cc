/** The outputs of runs, as they were returned. */
import type { CallOptions } from "../http/request-options.ts"
import { decodeData } from "../protocol/envelope.ts"
import { type Run, decodeRunV1, isWrapped } from "../protocol/run.ts"
import { runsGet } from "../protocol/usual-routes.ts"
import type { Page } from "../shared/page.ts"
import { type Ask, orNull } from "./ask.ts"

/** @throws NotFoundError */
export async function loadRunV1(ask: Ask, id: string, options?: CallOptions): Promise<Run> {
  return decodeData(await ask(runsGet, { id }, { options }), decodeRunV1, runsGet)
}

/** Put right what REST v2 gave: where `{ data: 7 }` may be `7`, v1 is asked, which writes what was returned. */
export async function mendOutput(ask: Ask, run: Run, options?: CallOptions): Promise<Run> {
  if (isWrapped(run.output)) run.output = ((await orNull(loadRunV1(ask, run.id, options))) ?? run).output
  return run
}

export async function mendOutputs(ask: Ask, page: Page<Run>, options?: CallOptions): Promise<Page<Run>> {
  await Promise.all(page.data.map((run) => mendOutput(ask, run, options)))
  return page
}
