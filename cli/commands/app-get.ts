import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { nearest } from "../grammar/nearest.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const [id = ""] = operands
  const client = await context.client()
  const ids: string[] = []
  for await (const app of client.apps.list({ signal: context.signal })) {
    if (app.id === id) return { type: "app", data: app, next: [`functions --app ${id}`] }
    ids.push(app.id)
  }
  const near = await nearest(id, ids)
  throw new CommandError("not-found", `not found: app ${id}`, {
    hint: near === undefined ? "Try  apps" : `Did you mean  ${near} ?`,
  })
}
