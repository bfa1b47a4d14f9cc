import type { ReceivedEvent } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { matches } from "../await-runs.ts"
import type { Result } from "../result.ts"
import { tail } from "../tail.ts"

/** Ends with Ctrl-C, and that is no failure. With `-o json` there is one document, at the end. */
export async function run({ flags }: Call, context: Context): Promise<Result> {
  const { signal, view } = context
  const pattern = flags.text("name")
  const isExact = pattern !== undefined && !pattern.includes("*")
  const client = await context.client()
  const all: ReceivedEvent[] = []
  const count = await tail<ReceivedEvent>(
    {
      everyMs: flags.number("every") ?? 1_000,
      sinceMs: flags.number("since"),
      limit: flags.number("limit") ?? Number.POSITIVE_INFINITY,
      keyOf: ({ internalId }) => internalId,
      look: async (sinceMs) => {
        const found: ReceivedEvent[] = []
        const options = { since: new Date(sinceMs), signal, ...(isExact ? { name: pattern } : {}) }
        try {
          for await (const event of client.events.list(options))
            if (pattern === undefined || matches(pattern, event.name)) found.push(event)
        } catch (error) {
          // It was told to end while it looked.
          if (!signal.aborted) throw error
        }
        return found
      },
      show: async (events) => {
        if (view.format === "json") all.push(...events)
        else await context.show({ type: "tailed", data: events })
      },
    },
    context,
  )
  if (view.format === "json") return { type: "events", data: all }
  if (context.terminal.showsWords) await context.note(`stopped after ${count} ${count === 1 ? "event" : "events"}`)
  return { type: "none", data: null, isShown: true }
}
