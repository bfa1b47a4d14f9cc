import type { Run } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import type { Result } from "../result.ts"
import { filterFlags, runFilters } from "../run-filters.ts"

const defaultLimit = 20

export async function run({ flags }: Call, context: Context): Promise<Result> {
  const client = await context.client()
  // With it the table can say why a run failed.
  const filters = { ...runFilters(flags), includeOutput: true, signal: context.signal }
  if (flags.isOn("all")) {
    const data: Run[] = []
    for await (const each of client.runs.list(filters)) data.push(each)
    return { type: "runs", data, ...nextOf(data) }
  }
  const limit = flags.number("limit") ?? defaultLimit
  const { data, cursor } = await client.runs.list({ ...filters, limit, cursor: flags.text("cursor") })
  if (cursor === undefined) return { type: "runs", data, ...nextOf(data) }
  const given = flags.text("limit")
  const again = ["runs", ...filterFlags(flags), ...(given === undefined ? [] : [`--limit ${given}`])]
  return { type: "runs", data, page: { cursor }, next: [[...again, `--cursor ${quoteWord(cursor)}`].join(" ")] }
}

function nextOf(runs: readonly Run[]): { next?: string[] } {
  const [first] = runs
  if (first === undefined) return {}
  return { next: [first.status === "failed" ? `run rerun ${first.id}` : `run get ${first.id}`] }
}
