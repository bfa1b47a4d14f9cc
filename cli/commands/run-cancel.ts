import { type Run, isConflictError } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError, usageError } from "../command-error.ts"
import { idPreview, inParts, kindOfFailed } from "../many.ts"
import { ofRun } from "../load-run.ts"
import { demandProperty } from "../operations.ts"
import { renderAge } from "../render/time.ts"
import { filterFlags, filterNames, runFilters, whereQuery } from "../run-filters.ts"
import type { Result } from "../result.ts"

const defaultMax = 100

/** What is cancelled is settled before the question: a run that is queued after it is not caught. */
export async function run(call: Call, context: Context): Promise<Result> {
  const { operands, flags } = call
  const client = await context.client()
  const filters = filterFlags(flags)
  if (operands.length > 0 && filters.length > 0)
    throw usageError("run cancel: ids, or filters, not both", { hint: `Those that match:  runs ${filters.join(" ")}` })
  if (operands.length === 0 && filters.length === 0)
    throw usageError("run cancel: <id> is missing", {
      hint: "Or all that match:  runs cancel --fn ship-order --status running",
    })
  const max = flags.number("max") ?? defaultMax
  const picked = operands.length > 0 ? undefined : await pick(call, context, max)
  const ids = picked?.map(({ id }) => id) ?? (await context.idsOf("run", operands))
  if (ids.length > max) throw tooMany(ids.length, max)
  const reason = flags.text("reason")
  if (reason !== undefined) await demandReason(context)
  const place = await context.place()
  const list = `runs ${filters.join(" ")}`
  // One is named: on a protected profile its id has to be typed.
  const one = ids.length === 1 ? `run ${ids[0]}` : undefined
  const what = one ?? (picked === undefined ? `${ids.length} runs` : describe(picked, call))
  const oldest = picked?.at(-1)?.queuedAt
  const isMany = ids.length > 1
  await context.confirm({
    effect: "destroy",
    verb: "cancel",
    ids,
    preview: isMany
      ? [
          `${what} on ${place}${oldest === undefined ? "" : `, oldest ${renderAge(oldest, context.view.nowMs)}`}`,
          idPreview(ids, list),
        ]
      : [],
    ask: isMany ? "This cannot be undone." : `Cancel ${what} on ${place}?`,
    would: `${what} would be cancelled on ${place}`,
    plan: { cancel: ids, ...(reason === undefined ? {} : { reason }), server: place },
    pickedBy: filterNames,
  })
  const hadEnded: string[] = []
  const runIds: string[] = []
  const failed = await inParts(ids, context, async (id) => {
    const isOver = await ofRun(id, context, () => (reason === undefined ? cancel(id) : cancelFor(id, reason)))
    ;(isOver ? hadEnded : runIds).push(id)
  })
  const data = { runIds, hadEnded, failed, ...(reason === undefined ? {} : { reason }) }
  if (failed.length === 0 || context.isDryRun) return { type: "cancelled", data }
  const [first] = failed
  if (ids.length === 1) throw first?.error ?? new CommandError("failed", "not cancelled")
  if (context.view.format !== "json") await context.show({ type: "cancelled", data })
  throw new CommandError(
    kindOfFailed(failed, ids.length),
    `${failed.length} of ${ids.length} runs could not be cancelled: ${first?.message}`,
    {
      details: { ...data },
    },
  )

  /** @returns whether it had ended. */
  async function cancel(id: string): Promise<boolean> {
    return (await client.runs.cancel(id, { signal: context.signal })).hadEnded ?? false
  }

  async function cancelFor(id: string, why: string): Promise<boolean> {
    try {
      await client.request("POST", `/v2/runs/${id}/cancel`, { body: { reason: why }, signal: context.signal })
      return false
    } catch (error) {
      if (isConflictError(error) && error.serverCode?.startsWith("run_already") === true) return true
      throw error
    }
  }
}

/** A server that keeps none would cancel, and forget it. */
function demandReason(context: Context): Promise<void> {
  return demandProperty(
    {
      operation: "CancelRun",
      property: "reason",
      flag: "--reason",
      lack: "keeps no reason for a cancellation",
      hint: "Leave --reason out, and write it down elsewhere",
    },
    context,
  )
}

/** Without `--status` those that have not ended: nothing else can be cancelled. */
async function pick({ flags }: Call, context: Context, max: number): Promise<readonly Run[]> {
  const { client: connect, signal } = context
  const client = await connect()
  const given = runFilters(flags)
  const filters = { ...given, status: given.status ?? (["queued", "running"] as const), signal }
  const query = whereQuery(flags)
  if (query !== undefined) {
    const { findRuns } = await import("../where.ts")
    const { data } = await findRuns({ ...query, status: filters.status }, { limit: max + 1 }, context)
    if (data.length > max) throw tooMany(undefined, max)
    if (data.length === 0) throw noneMatches()
    return data
  }
  const runs: Run[] = []
  for await (const each of client.runs.list(filters)) if (runs.push(each) > max) throw tooMany(undefined, max)
  if (runs.length === 0) throw noneMatches()
  return runs
}

function noneMatches(): CommandError {
  return new CommandError("not-found", "no run matches", { hint: "Try  runs" })
}

function describe(runs: readonly Run[], { flags }: Call): string {
  const statuses = new Set(runs.map(({ status }) => status))
  const [status = ""] = statuses
  const fn = flags.text("fn")
  return `${runs.length} ${statuses.size === 1 ? `${status} ` : ""}runs${fn === undefined ? "" : ` of ${fn}`}`
}

function tooMany(count: number | undefined, max: number): CommandError {
  return usageError(`${count ?? `more than ${max}`} runs, and --max is ${max}`, {
    hint: "Filter more, or allow more by  --max",
  })
}
