import type { Call, Context } from "../command.ts"
import { CommandError, usageError } from "../command-error.ts"
import { ofRun } from "../load-run.ts"
import { idPreview, inParts, kindOfFailed } from "../many.ts"
import { demandFromStep, findStepId, readInput } from "../rerun-from-step.ts"
import type { Result } from "../result.ts"

const defaultMax = 100

export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const [step, text] = [flags.text("from-step"), flags.text("input")]
  if (text !== undefined && step === undefined)
    throw usageError("--input is for the step that --from-step names", {
      hint: "Such as  --from-step pay --input '{amount: 7}'",
    })
  if (text === "-" && operands.includes("-"))
    throw usageError("rerun: ids and --input can't both come from stdin", { hint: "Name a file:  --input @file" })
  const input = text === undefined ? undefined : await readInput(text, context)
  const ids = await context.idsOf("run", operands)
  const max = flags.number("max") ?? defaultMax
  if (ids.length > max) throw usageError(`${ids.length} runs, and --max is ${max}`, { hint: "Allow more by  --max" })
  const client = await context.client()
  const place = await context.place()
  const stepIds = new Map<string, string>()
  if (step !== undefined) {
    await demandFromStep(context)
    for (const id of ids) stepIds.set(id, await findStepId(id, step, context))
  }
  const part = step === undefined ? "" : ` from step ${step}`
  const what = ids.length === 1 ? `run ${ids[0]}` : `${ids.length} runs`
  await context.confirm({
    effect: "write",
    verb: "rerun",
    ids,
    preview: ids.length > 1 ? [idPreview(ids, "runs")] : [],
    ask: `Run ${what} again${part} on ${place}?`,
    would: `${what} would be run again${part} on ${place}`,
    plan: { rerun: ids, ...(step === undefined ? {} : { fromStep: step }), ...(input ? { input } : {}), server: place },
    pickedBy: [],
  })
  const started = new Map<string, string>()
  const failed = await inParts(ids, context, async (id) => {
    const stepId = stepIds.get(id)
    started.set(id, await ofRun(id, context, () => (stepId === undefined ? again(id) : againFrom(id, stepId))))
  })
  const data = {
    started: ids.flatMap((from) => {
      const runId = started.get(from)
      return runId === undefined ? [] : [{ from, runId }]
    }),
    failed,
  }
  const [first] = data.started
  if (failed.length === 0 || context.isDryRun)
    return { type: "rerun", data, ...(first === undefined ? {} : { next: [`run wait ${first.runId}`] }) }
  if (ids.length === 1) throw failed[0]?.error ?? new CommandError("failed", "not run again")
  if (context.view.format !== "json") await context.show({ type: "rerun", data })
  throw new CommandError(
    kindOfFailed(failed, ids.length),
    `${failed.length} of ${ids.length} runs could not be run again: ${failed[0]?.message}`,
    {
      details: { ...data },
    },
  )

  async function again(id: string): Promise<string> {
    return (await client.runs.rerun(id, { signal: context.signal })).runId
  }

  async function againFrom(id: string, stepId: string): Promise<string> {
    const body = { fromStep: { stepId, ...(input === undefined ? {} : { input }) } }
    const answer = await client.request("POST", `/v2/runs/${id}/rerun`, { body, signal: context.signal })
    const { data: given } = (answer ?? {}) as { data?: { runId?: unknown } }
    if (typeof given?.runId === "string") return given.runId
    throw new CommandError("failed", `the server does not say which run it started from step ${stepId} of ${id}`)
  }
}
