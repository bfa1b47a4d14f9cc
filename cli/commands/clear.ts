import type { Call, Context } from "../command.ts"
import type { Result } from "../result.ts"

export async function run(_call: Call, { terminal }: Context): Promise<Result> {
  terminal.clear()
  return { type: "none", data: null }
}
