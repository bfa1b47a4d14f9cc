import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { loadRun } from "../load-run.ts"
import { isFailed, isOver } from "../outcome.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const data = await loadRun(operands[0] ?? "", context)
  context.session.noteShown("run", [data.id])
  if (!isOver(data))
    throw new CommandError("not-found", `run ${data.id} is ${data.status}, so there is no output yet`, {
      hint: `Wait for it:  run wait ${data.id}`,
    })
  return { type: "output", data: data.output ?? null, ...(isFailed(data) ? { exitCode: 9 } : {}) }
}
