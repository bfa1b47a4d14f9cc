import type { Call, Context } from "../command.ts"
import { readNamedFile } from "../files.ts"
import type { Result } from "../result.ts"
import { runScript } from "../script.ts"

/** Its lines are read with nobody to ask, whoever runs it. */
export async function run({ operands, flags }: Call, { shell, signal }: Context): Promise<Result> {
  const text = await readNamedFile(operands[0] ?? "")
  const keepsGoing = flags.isOn("keep-going")
  const script = { ...shell, input: "script" as const, isStdinTaken: false }
  const exitCode = await runScript(text.split(/\r?\n/), script, { signal, isWhole: false, keepsGoing })
  return { type: "none", data: null, isShown: true, ...(exitCode === 0 ? {} : { exitCode }) }
}
