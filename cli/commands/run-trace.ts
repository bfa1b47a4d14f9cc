import type { Call, Context } from "../command.ts"
import { runNotFound } from "../load-run.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const id = await context.idOf("run", operands[0] ?? "")
  const client = await context.client()
  const data = await client.runs.trace(id, { signal: context.signal })
  if (data === null) throw await runNotFound(id, context)
  return { type: "trace", data }
}
