import type { Call, Context } from "../command.ts"
import { loadEvent } from "../load-event.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  return { type: "event", data: await loadEvent(operands[0] ?? "", context) }
}
