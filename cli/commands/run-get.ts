import type { Call, Context } from "../command.ts"
import { loadRun } from "../load-run.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const data = await loadRun(operands[0] ?? "", context)
  return { type: "run", data, next: [`run trace ${data.id}`] }
}
