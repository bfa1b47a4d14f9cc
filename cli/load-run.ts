import type { Run } from "../src/index.ts"
import type { Context } from "./command.ts"
import { CommandError } from "./command-error.ts"

/** @throws CommandError `not-found` */
export async function loadRun(text: string, context: Context): Promise<Run> {
  const id = await context.idOf("run", text)
  const client = await context.client()
  const run = await client.runs.get(id, { signal: context.signal })
  if (run !== null) return run
  throw await runNotFound(id, context)
}

export async function runNotFound(id: string, context: Context): Promise<CommandError> {
  const { env } = context.session.profile
  const where = env === undefined ? `on ${await context.place()}` : `in env ${env.value}`
  return new CommandError("not-found", `not found: run ${id} ${where}`, {
    hint: env === undefined ? "Try  runs   or another profile, or a branch by  --env <name>" : "Try  runs",
  })
}
