import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const id = await context.idOf("event", operands[0] ?? "")
  const client = await context.client()
  const data = await client.events.get(id, { signal: context.signal })
  if (data !== null) return { type: "event", data }
  throw new CommandError("not-found", `not found: event ${id}`, {
    hint: "Events go by the id that `events` lists, not by the sender's",
  })
}
