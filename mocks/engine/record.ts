/** An input as one row of text and back. Short, since a log keeps all of them: lists instead of objects, what is absent at the end left out. */
import type { EngineInput, IncomingEvent, InputKind } from "./inputs.ts"

/** Rows that say what this version does not know are refused, never skipped. */
export class UnreadableRecord extends Error {
  override readonly name = "UnreadableRecord"
}

export function encodeRecord(input: EngineInput): string {
  switch (input.kind) {
    case "events.received":
      return JSON.stringify(["e", input.atMs, input.events.map(encodeEvent)])
    case "workflow.saved":
      // It was taken, so its condition held, and holds again when it is replayed.
      return JSON.stringify(["s", input.atMs, input.key, input.document, input.status, input.revision])
    case "workflow.deleted":
      return JSON.stringify(["d", input.atMs, input.key])
    default:
      return JSON.stringify(["i", input.atMs, input])
  }
}

/** @throws UnreadableRecord */
export function decodeRecord(text: string): EngineInput {
  const [kind, atMs, ...rest] = parseList(text)
  if (typeof atMs === "number") {
    if (kind === "e" && Array.isArray(rest[0]))
      return { kind: "events.received", atMs, events: rest[0].map(decodeEvent) }
    if (kind === "s" && isTexts(rest, 4)) {
      const [key, document, status, revision] = rest
      return { kind: "workflow.saved", atMs, key, document, status, revision }
    }
    if (kind === "d" && isTexts(rest, 1)) return { kind: "workflow.deleted", atMs, key: rest[0] }
    if (kind === "i" && isInput(rest[0])) return rest[0]
  }
  throw new UnreadableRecord(`it begins with ${JSON.stringify(text.slice(0, 20))}`)
}

/** All that came with functions is written as it is. */
const wholeKinds: ReadonlySet<string> = new Set<InputKind>([
  "engine.started",
  "app.synced",
  "app.removed",
  "time.passed",
  "run.started",
  "call.answered",
  "request.answered",
  "steps.checkpointed",
  "function.invoked",
  "run.cancelled",
  "run.repeated",
  "runs.cancelled",
  "cancellation.removed",
  "signal.sent",
  "history.pruned",
  "run.seeded",
])

function isInput(value: unknown): value is EngineInput {
  return typeof value === "object" && value !== null && "kind" in value && wholeKinds.has(String(value.kind))
}

function encodeEvent({ internalId, name, data, id, ts, v, user }: IncomingEvent): unknown[] {
  const fields: unknown[] = [internalId, name, data, id, ts, v, user]
  while (fields.at(-1) === undefined) fields.pop()
  return fields
}

function decodeEvent(fields: unknown): IncomingEvent {
  const [internalId, name, data, id, ts, v, user] = Array.isArray(fields) ? (fields as unknown[]) : []
  if (typeof internalId !== "string" || typeof name !== "string") throw new UnreadableRecord("an event without a name")
  return {
    internalId,
    name,
    data: optionalText(data) ?? null,
    id: optionalText(id),
    ts: typeof ts === "number" ? ts : undefined,
    v: optionalText(v),
    user: optionalText(user),
  }
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined
}

type Texts<Count extends number, List extends string[] = []> = List["length"] extends Count
  ? List
  : Texts<Count, [...List, string]>

function isTexts<Count extends number>(values: readonly unknown[], count: Count): values is Texts<Count> {
  return values.length === count && values.every((value) => typeof value === "string")
}

function parseList(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch {
    // Not even JSON.
  }
  throw new UnreadableRecord(`it begins with ${JSON.stringify(text.slice(0, 20))}`)
}
