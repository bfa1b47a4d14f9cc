import type { Call, Context } from "../command.ts"
import { writeLines } from "../export-file.ts"
import type { Result } from "../result.ts"
import { storedStates } from "../stored-states.ts"

/** As `workflow load -o json` shows them, one a line: `workflows import` takes it, and no digit is lost. */
export async function run({ flags }: Call, context: Context): Promise<Result> {
  const { store } = await context.store()
  const states = storedStates(store, { status: flags.text("status"), signal: context.signal })
  return writeLines(states, flags.text("to"), context, (data) => ({ type: "exportedWorkflows", data }))
}
