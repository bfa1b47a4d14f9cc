import type { Call, Context } from "../command.ts"
import { loadWorkflow } from "../load-workflow.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const { store } = await context.store()
  const { state, revision } = await loadWorkflow(operands[0] ?? "", store, context)
  return { type: "workflow", data: state, ...(revision === undefined || revision === null ? {} : { revision }) }
}
