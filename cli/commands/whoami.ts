import type { Call, Context } from "../command.ts"
import { identify } from "../identify.ts"
import type { Result } from "../result.ts"

export async function run(_call: Call, { session }: Context): Promise<Result> {
  return { type: "whoami", data: await identify(session) }
}
