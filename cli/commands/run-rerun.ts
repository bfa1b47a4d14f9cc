import type { Call, Context } from "../command.ts"
import { CommandError, usageError } from "../command-error.ts"
import { idPreview, inParts } from "../many.ts"
import type { Result } from "../result.ts"

const defaultMax = 100

export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const ids = await context.idsOf("run", operands)
  const max = flags.number("max") ?? defaultMax
  if (ids.length > max) throw usageError(`${ids.length} runs, and --max is ${max}`, { hint: "Allow more by  --max" })
  const client = await context.client()
  const place = await context.place()
  const what = ids.length === 1 ? `run ${ids[0]}` : `${ids.length} runs`
  await context.confirm({
    effect: "write",
    verb: "rerun",
    ids,
    preview: ids.length > 1 ? [idPreview(ids, "runs")] : [],
    ask: `Run ${what} again on ${place}?`,
    would: `${what} would be run again on ${place}`,
    plan: { rerun: ids, server: place },
  })
  const started = new Map<string, string>()
  const failed = await inParts(ids, context, async (id) => {
    const { runId } = await client.runs.rerun(id, { signal: context.signal })
    started.set(id, runId)
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
    "partial",
    `${failed.length} of ${ids.length} runs could not be run again: ${failed[0]?.message}`,
    {
      details: { ...data },
    },
  )
}
