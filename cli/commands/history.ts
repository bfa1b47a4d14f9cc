import type { Call, Context } from "../command.ts"
import { openHistory } from "../history.ts"
import type { Result } from "../result.ts"

const defaultLimit = 20

/** The newest last, as they stood on the screen. */
export async function run({ operands, flags }: Call, { session }: Context): Promise<Result> {
  const [text = ""] = operands
  const { lines } = await openHistory(session.options.directories.historyOf(session.profile.name))
  const limit = flags.number("limit") ?? defaultLimit
  const found = lines.filter((line) => line.includes(text)).slice(0, limit)
  return { type: "lines", data: found.toReversed() }
}
