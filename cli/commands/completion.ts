import type { Call } from "../command.ts"
import { usageError } from "../command-error.ts"
import { completionScript, isShell, shells } from "../shell-completion.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call): Promise<Result> {
  const [shell = ""] = operands
  if (!isShell(shell)) throw usageError(`completion: "${shell}" is not one of ${shells.join(", ")}`)
  return { type: "completion", data: { shell, script: completionScript(shell) } }
}
