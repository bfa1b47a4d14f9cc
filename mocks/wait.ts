/** Waiting for an event, and what there is to say when it does not come. */
import type { ReceivedEvent } from "../src/protocol/event.ts"
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

export interface MissedEvent {
  name: string
  timeoutMs: number
  /** Whether a condition was given besides the name. */
  isConditional: boolean
  sent: readonly ReceivedEvent[]
  requests: readonly MockedRequest[]
}

export function missedEvent({ name, timeoutMs, isConditional, sent, requests }: MissedEvent): EventWaitError {
  const lines = [
    `no event ${JSON.stringify(name)}${isConditional ? " that matches" : ""} within ${timeoutMs} ms.`,
    arrivals(sent, name),
    ...refusals(requests),
  ]
  return new EventWaitError(lines.join(" "), { event: name, timeoutMs, received: sent.map((event) => event.name) })
}

const shown = 10

function arrivals(sent: readonly ReceivedEvent[], name: string): string {
  if (sent.length === 0) return "No event arrived."
  const counts = new Map<string, number>()
  for (const event of sent) counts.set(event.name, (counts.get(event.name) ?? 0) + 1)
  // Those of its own name, which a condition has refused, first.
  const names = [...counts].toSorted(([left], [right]) => Number(right === name) - Number(left === name))
  const list = names.slice(0, shown).map(([each, count]) => (count === 1 ? each : `${each} (${count} times)`))
  return `What arrived: ${list.join(", ")}${names.length > shown ? `, and ${names.length - shown} more names` : ""}.`
}

/** Requests that could have brought it and did not. */
function refusals(requests: readonly MockedRequest[]): string[] {
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
