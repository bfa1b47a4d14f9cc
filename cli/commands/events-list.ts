import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import type { Result } from "../result.ts"

const defaultLimit = 20

export async function run({ flags }: Call, context: Context): Promise<Result> {
  const name = flags.text("name")
  // The server would look for an event of that very name and find none.
  if (name?.includes("*")) throw usageError(`--name: "${name}" has a wildcard; the server looks for exact names`)
  const [sinceMs, untilMs] = [flags.number("since"), flags.number("until")]
  const client = await context.client()
  const { data, cursor } = await client.events.list({
    name,
    since: sinceMs === undefined ? undefined : new Date(sinceMs),
    until: untilMs === undefined ? undefined : new Date(untilMs),
    limit: flags.number("limit") ?? defaultLimit,
    cursor: flags.text("cursor"),
    signal: context.signal,
  })
  if (cursor === undefined) return { type: "events", data }
  const filters = ["name", "since", "until", "limit"].flatMap((flag) => {
    const value = flags.text(flag)
    return value === undefined ? [] : [`--${flag} ${quoteWord(value)}`]
  })
  return {
    type: "events",
    data,
    page: { cursor },
    next: [["events", ...filters, `--cursor ${quoteWord(cursor)}`].join(" ")],
  }
}
