import type { JsonValue } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { awaitRuns, noteOnListeners } from "../await-runs.ts"
import { readPayload } from "../grammar/payload.ts"
import { isFailed } from "../outcome.ts"
import { createProgress } from "../progress.ts"
import { toJson } from "../render/json.ts"
import { cutToWidth } from "../render/text-width.ts"
import type { Result, ResultData } from "../result.ts"
import { withLeft } from "../with-left.ts"

/** Sent with one request each, so that a progress can be seen. */
const chunkSize = 500

const defaultMax = 100

/** Payloads shown in the question; more are counted. */
const shownPayloads = 5

/** Columns of each. */
const previewWidth = 76

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
  const max = flags.number("max") ?? defaultMax
  if (total > max) throw usageError(`${total} events, and --max is ${max}`, { hint: `Allow more by  --max ${total}` })
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
    preview: total === 1 ? [] : previewOf(given.values, count),
    ask: `Send ${what} to ${place}?`,
    would: `${what} would be sent to ${place}`,
    plan: { send: name, count: total, server: place },
  })
  const eventIds = await send()
  if (flags.isOn("wait") && !context.isDryRun) return waited(eventIds)
  const [first] = eventIds
  // Nobody else reads it, and it costs a request.
  const isRead = context.terminal.showsWords && context.view.format === "table" && !flags.isOn("quiet")
  const note = isRead && !context.isDryRun ? await noteOnListeners(client, name, context.signal) : undefined
  return {
    type: "sent",
    data: { eventIds, name },
    ...(note === undefined ? {} : { note }),
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
    const { signal, session } = context
    // Also for who does not wait for the end.
    session.noteShown("event", ids)
    const { runs, note: said } = await awaitRuns(client, { name, eventIds: ids, signal }).catch((error: unknown) => {
      const [sent = ""] = ids
      const hint = ids.length === 1 ? `It was sent:  events runs ${sent}` : `All were sent, the first is ${sent}`
      throw withLeft(error, signal, { details: { eventIds: ids }, hint })
    })
    const failed = runs.filter(isFailed)
    const data: ResultData["sent"] = { eventIds: ids, name, runs }
    const [shown = runs[0]] = failed
    return {
      type: "sent",
      data,
      ...(said === undefined ? {} : { note: said }),
      ...(shown === undefined
        ? {}
        : { next: [`run trace ${shown.id}`, ...(failed.length > 0 ? [`run rerun ${shown.id}`] : [])] }),
      ...(failed.length > 0 ? { exitCode: 9 } : {}),
    }
  }
}

/** What goes, as far as a person can take it in: the first payloads, and how many follow. */
function previewOf(payloads: readonly JsonValue[], count: number): string[] {
  const times = count === 1 ? "" : `  × ${count}`
  const more = payloads.length - shownPayloads
  return [
    ...payloads.slice(0, shownPayloads).map((payload) => cutToWidth(`${toJson(payload)}${times}`, previewWidth)),
    ...(more > 0 ? [`(+${more})`] : []),
  ]
}
