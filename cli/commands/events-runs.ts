import type { Run } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const id = await context.idOf("event", operands[0] ?? "")
  const client = await context.client()
  const data: Run[] = []
  for await (const each of client.events.runs(id, { signal: context.signal })) data.push(each)
  const [first] = data
  return { type: "runs", data, ...(first === undefined ? {} : { next: [`run trace ${first.id}`] }) }
}
