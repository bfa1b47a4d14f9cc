import { ConfigError } from "../src/errors.ts"
import { type EventPayload, encodeEvent } from "../src/protocol/event.ts"
import type { EventDraft } from "./engine/engine.ts"
import { readEvents } from "./handlers/incoming-events.ts"

/** An event of a seed, judged by the rules for sent ones. @throws ConfigError, ValidationError naming the path. */
export function toDraft(event: EventPayload, path: string): EventDraft {
  const { drafts, failure } = readEvents(new TextEncoder().encode(encodeEvent(event, path)))
  const [draft] = drafts
  if (draft === undefined) throw new ConfigError(`seed: ${path}: ${failure ?? "no event"}`, { option: "seed" })
  return draft
}
