import type { JsonValue } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { readPayload } from "../grammar/payload.ts"
import type { Result } from "../result.ts"

/** A list, or NDJSON, is one event per member, sent together and in order. */
export async function run({ operands, payload, flags }: Call, context: Context): Promise<Result> {
  const [name = ""] = operands
  const id = flags.text("id")
  const ts = flags.number("ts")
  const given = (await readPayload(payload, context.source)) ?? { values: [{}], isBatch: false }
  if (given.values.length === 0) throw usageError("payload: an empty list sends nothing")
  if (id !== undefined && given.values.length > 1)
    throw usageError(`--id: ${given.values.length} events can't have one id`)

  const events = given.values.map((data) => ({
    name,
    // Anything but an object is refused by the client, which names the path.
    data: data as Record<string, JsonValue>,
    ...(id === undefined ? {} : { id }),
    ...(ts === undefined ? {} : { ts }),
  }))
  const client = await context.client()
  const { ids } = await client.send(given.isBatch ? events : (events[0] ?? []), { signal: context.signal })
  const [first] = ids
  return {
    type: "sent",
    data: { eventIds: ids, name },
    ...(first === undefined ? {} : { next: [ids.length === 1 ? `events get ${first}` : "events"] }),
  }
}
