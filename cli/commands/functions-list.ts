import type { Call, Context } from "../command.ts"
import type { Result } from "../result.ts"

export async function run({ flags }: Call, context: Context): Promise<Result> {
  const client = await context.client()
  const { data } = await client.functions.list({ appId: flags.text("app"), signal: context.signal })
  return { type: "functions", data }
}
