import { type Run, isNotFoundError } from "../src/index.ts"
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

/** What is done with a run that may be none. @throws CommandError `not-found` */
export async function ofRun<T>(id: string, context: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // A route that there is none of is answered with other words. @source vector `v2-run-404`
    if (isNotFoundError(error) && /\brun not found$/i.test(error.message)) throw await runNotFound(id, context)
    throw error
  }
}

export async function runNotFound(id: string, context: Context): Promise<CommandError> {
  const { env } = context.session.profile
  const where = env === undefined ? `on ${await context.place()}` : `in env ${env.value}`
  return new CommandError("not-found", `not found: run ${id} ${where}`, {
    hint: env === undefined ? "Try  runs   or another profile, or a branch by  --env <name>" : "Try  runs",
  })
}
