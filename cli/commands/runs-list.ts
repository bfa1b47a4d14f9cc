import type { Run } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import type { FlagValues } from "../flag.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import type { Result } from "../result.ts"
import { filterFlags, runFilters, whereQuery } from "../run-filters.ts"
import type { FoundRuns } from "../where.ts"

const defaultLimit = 20

export async function run({ flags }: Call, context: Context): Promise<Result> {
  const { data, cursor } = await pageOf(flags, context)
  if (cursor === undefined) return { type: "runs", data, ...nextOf(data) }
  const given = flags.text("limit")
  const again = ["runs", ...filterFlags(flags), ...(given === undefined ? [] : [`--limit ${given}`])]
  return { type: "runs", data, page: { cursor }, next: [[...again, `--cursor ${quoteWord(cursor)}`].join(" ")] }
}

async function pageOf(flags: FlagValues, context: Context): Promise<FoundRuns> {
  const limit = flags.isOn("all") ? Number.POSITIVE_INFINITY : (flags.number("limit") ?? defaultLimit)
  const cursor = flags.text("cursor")
  const query = whereQuery(flags)
  if (query !== undefined) {
    const { findRuns } = await import("../where.ts")
    return findRuns(query, { limit, cursor }, context)
  }
  const client = await context.client()
  // With it the table can say why a run failed.
  const filters = { ...runFilters(flags), includeOutput: true, signal: context.signal }
  if (!flags.isOn("all")) return client.runs.list({ ...filters, limit, cursor })
  const data: Run[] = []
  for await (const each of client.runs.list(filters)) data.push(each)
  return { data }
}

function nextOf(runs: readonly Run[]): { next?: string[] } {
  const [first] = runs
  if (first === undefined) return {}
  return { next: [first.status === "failed" ? `run rerun ${first.id}` : `run get ${first.id}`] }
}
