import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { identify } from "../identify.ts"
import type { Result } from "../result.ts"

/**
 * For the lines that follow. A server that does not answer is said, and used all the same: the next line may be about that. A profile whose key
 * can't be read is not: each line would say it again.
 */
export async function run({ operands }: Call, context: Context): Promise<Result> {
  const [profile = ""] = operands
  const { shell, input } = context
  if (input === "argv") {
    // A name that is none is the nearer mistake.
    await shell.sessions.resolve({ profile, profileSource: "use" })
    throw usageError("use is for the lines that follow, in a session or a script", {
      hint: `For one command:  inngest-repl -p ${profile} …   for all of this terminal:  export INNGEST_REPL_PROFILE=${profile}`,
    })
  }
  const { isReadOnly = false } = shell.sessions.request
  const request = { profile, profileSource: "use", isReadOnly }
  await (await shell.sessions.open(request)).keys()
  const session = await shell.sessions.use(request)
  return { type: "whoami", data: await identify(session) }
}
