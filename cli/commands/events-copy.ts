import type { Fetch, JsonObject, ReceivedEvent } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { loadEvent } from "../load-event.ts"
import { describePlace } from "../place.ts"
import { createPlannedFetch, shownKeys } from "../planned-fetch.ts"
import type { PlannedRequest, Result } from "../result.ts"

const defaultMax = 100

/** A copy is a new event: with the time and the own id of the first, functions would take it for the same. */
export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const { signal, shell, session } = context
  const given = await context.idsOf("event", operands)
  const max = flags.number("max") ?? defaultMax
  if (given.length > max)
    throw usageError(`${given.length} events, and --max is ${max}`, { hint: `Allow more by  --max ${given.length}` })
  const events: ReceivedEvent[] = []
  for (const id of given) events.push(await loadEvent(id, context))
  const ids = events.map(({ internalId }) => internalId)
  const to = flags.text("to")
  const target = to === undefined ? session : await shell.sessions.open({ profile: to, profileSource: "--to" })
  const place = await describePlace(target)
  const what = events.length === 1 ? `event ${events[0]?.name}` : `${events.length} events`
  await context.confirm(
    {
      effect: "write",
      verb: "copy",
      ids,
      preview: events.map(({ internalId, name }) => `${internalId}  ${name}`),
      ask: `Send ${what} to ${place}?`,
      would: `${what} would be sent to ${place}`,
      plan: { copy: ids, to: place },
      pickedBy: [],
    },
    target,
  )
  const copies = events.map(({ name, data, user, v }) => ({
    name,
    data: (data ?? {}) as JsonObject,
    ...(user === undefined ? {} : { user }),
    ...(v === undefined ? {} : { v }),
  }))
  const [first] = copies
  const batch = copies.length === 1 && first !== undefined ? first : copies
  const profile = target.profile.name
  if (context.isDryRun && target !== session) {
    const planned: PlannedRequest[] = []
    const running = {
      stop: () => {},
      wrap: (fetch: Fetch) => createPlannedFetch(fetch, planned, () => shownKeys(target)),
    }
    await target.run(running, async () => (await target.client(true)).send(batch, { signal }))
    context.planned.push(...planned)
    return { type: "none", data: null }
  }
  const sending = await target.client(context.isDryRun)
  const { ids: eventIds } = await sending.send(batch, { signal })
  return { type: "copied", data: { eventIds, from: ids, profile } }
}
