import type { Call, Context } from "../command.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import { runNotFound } from "../load-run.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const id = await context.idOf("run", operands[0] ?? "")
  const client = await context.client()
  const data = await client.runs.trace(id, { signal: context.signal })
  if (data === null) throw await runNotFound(id, context)
  const failed = data.rootSpan.children.find(({ stepId, status }) => stepId !== undefined && status === "failed")
  return failed === undefined
    ? { type: "trace", data }
    : { type: "trace", data, next: [`run rerun ${id} --from-step ${quoteWord(failed.name)}`] }
}
