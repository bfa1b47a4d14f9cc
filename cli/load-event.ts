import type { ReceivedEvent } from "../src/index.ts"
import type { Context } from "./command.ts"
import { CommandError } from "./command-error.ts"
import { findSentId } from "./ids.ts"

/** By the server's id, or by the sender's. @throws CommandError `not-found`, `usage` when several were sent with it */
export async function loadEvent(text: string, context: Context): Promise<ReceivedEvent> {
  const { signal, session } = context
  const id = await context.idOf("event", text)
  const client = await context.client()
  const event = await client.events.get(id, { signal })
  if (event !== null) return event
  // A sender may give ids that look like the server's.
  const sent = await findSentId(text, { session, signal })
  const found = sent === undefined ? null : await client.events.get(sent, { signal })
  if (found !== null) return found
  throw new CommandError("not-found", `not found: event ${id}`, { hint: "Try  events" })
}
