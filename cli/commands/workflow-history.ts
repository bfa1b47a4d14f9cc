import type { Call, Context } from "../command.ts"
import { loadWorkflow } from "../load-workflow.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const { store } = await context.store()
  const { id, state } = await loadWorkflow(operands[0] ?? "", store, context)
  context.session.noteShown("workflow", [id])
  return { type: "history", data: state.history ?? [] }
}
