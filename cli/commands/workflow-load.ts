import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { loadLatest } from "../load-latest.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const id = await context.idOf("workflow", operands[0] ?? "")
  const { store } = await context.store()
  const { state, revision } = await loadLatest(store, id, context.signal)
  if (state === null) throw new CommandError("not-found", `not found: workflow ${id}`, { hint: "Try  workflows" })
  return { type: "workflow", data: state, ...(revision === undefined || revision === null ? {} : { revision }) }
}
