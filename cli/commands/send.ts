import type { JsonValue } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { awaitRuns } from "../await-runs.ts"
import { readPayload } from "../grammar/payload.ts"
import { isFailed } from "../outcome.ts"
import { createProgress } from "../progress.ts"
import type { Result, ResultData } from "../result.ts"

/** Sent with one request each, so that a progress can be seen. */
const chunkSize = 500

/** More than these are looked at before they go. @source `--max` of the commands that pick what they change */
const askedFrom = 100

/** A list, or NDJSON, is one event per member, sent together and in order. */
export async function run({ operands, payload, flags }: Call, context: Context): Promise<Result> {
  const [name = ""] = operands
  const id = flags.text("id")
  const ts = flags.number("ts")
  const count = flags.number("count") ?? 1
  const given = (await readPayload(payload, context.source)) ?? { values: [{}], isBatch: false }
  if (given.values.length === 0) throw usageError("payload: an empty list sends nothing")
  const total = given.values.length * count
  if (id !== undefined && total > 1) throw usageError(`--id: ${total} events can't have one id`)
  const events = Array.from({ length: count }, () => given.values)
    .flat()
    .map((data) => ({
      name,
      // Anything but an object is refused by the client, which names the path.
      data: data as Record<string, JsonValue>,
      ...(id === undefined ? {} : { id }),
      ...(ts === undefined ? {} : { ts }),
    }))
  const client = await context.client()
  const place = await context.place()
  const what = total === 1 ? name : `${total} × ${name}`
  await context.confirm({
    effect: "write",
    verb: "send",
    ids: events.map((_event, index) => `${name}#${index + 1}`),
    isGiven: total <= askedFrom,
    ask: `Send ${what} to ${place}?`,
    would: `${what} would be sent to ${place}`,
    plan: { send: name, count: total, server: place },
  })
  const eventIds = await send()
  if (flags.isOn("wait") && !context.isDryRun) return waited(eventIds)
  const [first] = eventIds
  return {
    type: "sent",
    data: { eventIds, name },
    ...(first === undefined ? {} : { next: [eventIds.length === 1 ? `events get ${first}` : "events"] }),
  }

  async function send(): Promise<readonly string[]> {
    const { signal } = context
    if (events.length <= chunkSize)
      return (await client.send(given.isBatch || count > 1 ? events : (events[0] ?? []), { signal })).ids
    const progress = createProgress(context, "sent", events.length)
    const ids: string[] = []
    try {
      for (let start = 0; start < events.length; start += chunkSize) {
        ids.push(...(await client.send(events.slice(start, start + chunkSize), { signal })).ids)
        progress.at(ids.length)
      }
      return ids
    } finally {
      progress.end()
    }
  }

  async function waited(ids: readonly string[]): Promise<Result> {
    const { runs, note } = await awaitRuns(client, { name, eventIds: ids, signal: context.signal })
    const failed = runs.filter(isFailed)
    const data: ResultData["sent"] = { eventIds: ids, name, runs }
    const [shown = runs[0]] = failed
    return {
      type: "sent",
      data,
      ...(note === undefined ? {} : { note }),
      ...(shown === undefined
        ? {}
        : { next: [`run trace ${shown.id}`, ...(failed.length > 0 ? [`run rerun ${shown.id}`] : [])] }),
      ...(failed.length > 0 ? { exitCode: 9 } : {}),
    }
  }
}
