import type { Call, Context } from "../command.ts"
import { isFailed } from "../outcome.ts"
import type { Result } from "../result.ts"

/** `--timeout` is every command's: it ends this one with 124. */
export async function run({ operands }: Call, context: Context): Promise<Result> {
  const id = await context.idOf("run", operands[0] ?? "")
  const client = await context.client()
  const data = await client.runs.wait(id, { signal: context.signal })
  return { type: "run", data, next: [`run trace ${id}`], ...(isFailed(data) ? { exitCode: 9 } : {}) }
}
