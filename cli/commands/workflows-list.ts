import type { WorkflowState } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import type { Result } from "../result.ts"

const defaultLimit = 20

/** What a store gives at most at once. */
const maxPageSize = 100

export async function run({ flags }: Call, context: Context): Promise<Result> {
  const { store } = await context.store()
  const status = flags.text("status")
  const limit = flags.number("limit") ?? defaultLimit
  const data: WorkflowState[] = []
  let cursor = flags.text("cursor")
  do {
    const page = await store.list({
      limit: Math.min(limit - data.length, maxPageSize),
      signal: context.signal,
      ...(status === undefined ? {} : { status }),
      ...(cursor === undefined ? {} : { cursor }),
    })
    data.push(...page.data)
    cursor = page.cursor
  } while (cursor !== undefined && data.length < limit)
  if (store.flags.list === "own-saves" && data.length === 0)
    throw new CommandError("unsupported", "this server does not list workflows", {
      hint: "Those whose ids are known can be loaded:  workflow load <id>",
    })
  if (cursor === undefined) return { type: "workflows", data }
  const filters = ["status", "limit"].flatMap((flag) => {
    const value = flags.text(flag)
    return value === undefined ? [] : [`--${flag} ${value}`]
  })
  return {
    type: "workflows",
    data,
    page: { cursor },
    next: [["workflows", ...filters, `--cursor ${quoteWord(cursor)}`].join(" ")],
  }
}
