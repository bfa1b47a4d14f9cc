import { type JsonValue, isPartialSendError } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { awaitRuns, noteOnListeners } from "../await-runs.ts"
import { readPayload } from "../grammar/payload.ts"
import { isFailed } from "../outcome.ts"
import { createProgress } from "../progress.ts"
import { toJson } from "../render/json.ts"
import { cutToWidth } from "../render/text-width.ts"
import type { Result, ResultData } from "../result.ts"
import { partly, withLeft } from "../with-left.ts"

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
  // In the client's words, which sees them request by request: before any of them goes.
  if (total > 1) for (const [index, value] of given.values.entries()) demandObject(value, index)
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
    if (total === 1) return (await client.send(given.isBatch ? events : (events[0] ?? []), { signal })).ids
    const progress = createProgress(context, "sent", total)
    const ids: string[] = []
    try {
      for (let start = 0; start < total; start += chunkSize) {
        ids.push(...(await client.send(events.slice(start, start + chunkSize), { signal })).ids)
        if (total > chunkSize) progress.at(ids.length)
      }
      return ids
    } catch (error) {
      const of = isPartialSendError(error) ? { taken: error.ids, why: error.cause } : { taken: [], why: error }
      const sent = [...ids, ...of.taken]
      context.session.noteShown("event", sent)
      throw partly(of.why, signal, { what: `${name} were sent`, key: "eventIds", ids: sent, total })
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

function demandObject(value: JsonValue, index: number): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return
  const kind = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`
  throw usageError(`event: events[${index}].data: must be an object, not ${kind}`)
}
