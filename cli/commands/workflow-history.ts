import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const id = await context.idOf("workflow", operands[0] ?? "")
  const { store } = await context.store()
  const state = await store.load(id, { signal: context.signal })
  if (state === null) throw new CommandError("not-found", `not found: workflow ${id}`, { hint: "Try  workflows" })
  context.session.noteShown("workflow", [id])
  return { type: "history", data: state.history ?? [] }
}
