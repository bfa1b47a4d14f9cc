import type { AppInfo } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import type { Result } from "../result.ts"

export async function run(_call: Call, context: Context): Promise<Result> {
  const client = await context.client()
  const data: AppInfo[] = []
  for await (const app of client.apps.list({ signal: context.signal })) data.push(app)
  return { type: "apps", data }
}
