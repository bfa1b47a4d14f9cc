/** Waiting for an event, and what there is to say when it does not come. */
import { ConfigError } from "../src/errors.ts"
import type { ReceivedEvent } from "../src/protocol/event.ts"
import { systemClock } from "../src/shared/clock.ts"
import type { Duration } from "../src/shared/duration.ts"
import type { Arrivals } from "./arrivals.ts"
import { durationMs, refuseUnknown } from "./options.ts"
import type { MockedRequest } from "./recorded-request.ts"

/** The event did not come in time. The message says what did. A failure of a test, and none of the package's: it is in no other union of errors. */
export class EventWaitError extends Error {
  override readonly name = "EventWaitError"
  readonly code = "event-wait"
  readonly retryable = false
  /** Name of the event that was waited for. */
  readonly event: string
  readonly timeoutMs: number
  /** Names of the events that were sent, each as often as it was. */
  readonly received: readonly string[]

  constructor(message: string, fields: { event: string; timeoutMs: number; received: readonly string[] }) {
    super(message)
    this.event = fields.event
    this.timeoutMs = fields.timeoutMs
    this.received = fields.received
  }
}

export interface WaitForOptions {
  timeout?: Duration
  match?: (event: ReceivedEvent) => boolean
}

/** Where the event comes from. */
export interface EventSource {
  sent(name?: string): readonly ReceivedEvent[]
  requests(): readonly MockedRequest[]
  readonly arrivals: Arrivals
  /** Aborts when no event will come any more. */
  readonly end: AbortSignal
}

/** @throws EventWaitError. ConfigError for an option that is none. */
export async function waitForEvent(
  name: string,
  options: WaitForOptions,
  { sent, requests, arrivals, end }: EventSource,
): Promise<ReceivedEvent> {
  refuseUnknown(options, ["timeout", "match"], "waitFor")
  const { timeout = "1s", match = () => true } = options
  const timeoutMs = durationMs(timeout, "timeout")
  if (typeof match !== "function") throw new ConfigError("match: must be a function of the event", { option: "match" })
  const found = sent(name).find(match)
  if (found !== undefined) return found
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedEvent>()
  const stop = arrivals.add((event) => {
    try {
      if (event.name === name && match(event)) resolve(event)
    } catch (error) {
      reject(error)
    }
  })
  // By the time of the machine, which is what the code under test takes; a clock of the mock's may stand still.
  const cancel = systemClock.setTimer(systemClock.now() + timeoutMs, () =>
    reject(missedEvent({ name, timeoutMs, isConditional: options.match !== undefined }, sent(), requests())),
  )
  const onEnd = (): void => reject(new Error(`waitFor ${name}: the mock was reset`))
  end.addEventListener("abort", onEnd)
  return promise.finally(() => {
    stop()
    cancel()
    end.removeEventListener("abort", onEnd)
  })
}

interface MissedEvent {
  readonly name: string
  readonly timeoutMs: number
  /** Whether a condition was given besides the name. */
  readonly isConditional: boolean
}

function missedEvent(
  { name, timeoutMs, isConditional }: MissedEvent,
  sent: readonly ReceivedEvent[],
  requests: readonly MockedRequest[],
): EventWaitError {
  const lines = [
    `no event ${JSON.stringify(name)}${isConditional ? " that matches" : ""} within ${timeoutMs} ms.`,
    whatArrived(sent, name),
    ...whatFailed(requests),
  ]
  return new EventWaitError(lines.join(" "), { event: name, timeoutMs, received: sent.map((event) => event.name) })
}

const shown = 10

function whatArrived(sent: readonly ReceivedEvent[], name: string): string {
  if (sent.length === 0) return "No event arrived."
  const counts = new Map<string, number>()
  for (const event of sent) counts.set(event.name, (counts.get(event.name) ?? 0) + 1)
  // Those of its own name, which a condition has refused, first.
  const names = [...counts].toSorted(([left], [right]) => Number(right === name) - Number(left === name))
  const list = names.slice(0, shown).map(([each, count]) => (count === 1 ? each : `${each} (${count} times)`))
  return `What arrived: ${list.join(", ")}${names.length > shown ? `, and ${names.length - shown} more names` : ""}.`
}

/** Requests that could have brought it and did not. */
function whatFailed(requests: readonly MockedRequest[]): string[] {
  if (requests.length === 0)
    return ["No request reached the mock: is its fetch or are its handlers in use, and for this origin?"]
  const refused = requests.filter(
    ({ route, status, failure }) =>
      failure !== undefined || route === undefined || (route === "events.send" && status !== 200),
  )
  return refused.slice(-shown).map(({ method, url, status, failure, route }) => {
    const got = failure === undefined ? `got ${status}` : `met the planned failure "${failure}"`
    return `${method} ${url} ${got}${route === undefined ? ", which is no route" : ""}.`
  })
}
