import type { ReceivedEvent } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { writeLines } from "../export-file.ts"
import type { Result } from "../result.ts"

/** Shown as they come, a page at a time, so that any number of them fits. */
export async function run({ flags }: Call, context: Context): Promise<Result> {
  const [sinceMs, untilMs] = [flags.number("since"), flags.number("until")]
  const client = await context.client()
  const events = client.events.list({
    name: flags.text("name"),
    since: sinceMs === undefined ? undefined : new Date(sinceMs),
    until: untilMs === undefined ? undefined : new Date(untilMs),
    signal: context.signal,
  })
  return writeLines<ReceivedEvent>(events, flags.text("to"), context, (data) => ({ type: "exportedEvents", data }))
}
