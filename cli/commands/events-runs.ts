import type { Run } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { findSentId } from "../ids.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const [text = ""] = operands
  const { signal, session } = context
  const client = await context.client()
  const runsOf = async (id: string): Promise<Run[]> => {
    const found: Run[] = []
    for await (const each of client.events.runs(id, { signal })) found.push(each)
    return found
  }
  const id = await context.idOf("event", text)
  let data = await runsOf(id)
  if (data.length === 0 && id === text.toUpperCase()) {
    // The server has no runs of an event that it does not know, and this may be the sender's id.
    const sent = await findSentId(text, { session, signal })
    if (sent !== undefined && sent !== id) data = await runsOf(sent)
  }
  const [first] = data
  return { type: "runs", data, ...(first === undefined ? {} : { next: [`run trace ${first.id}`] }) }
}
