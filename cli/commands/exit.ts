import type { Call, Context } from "../command.ts"
import type { Result } from "../result.ts"

export async function run(_call: Call, { session }: Context): Promise<Result> {
  session.isLeaving = true
  return { type: "none", data: null }
}
