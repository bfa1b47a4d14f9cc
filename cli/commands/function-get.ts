import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { functionNotFound } from "../function-not-found.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, context: Context): Promise<Result> {
  const [id = ""] = operands
  const client = await context.client()
  const { data } = await client.functions.list({ signal: context.signal })
  const found = data.filter((each) => each.slug === id || each.id === id)
  const [first, second] =
    found.filter(({ slug }) => slug === id).length > 0 ? found.filter(({ slug }) => slug === id) : found
  if (second !== undefined)
    throw usageError(`${found.length} apps have a function ${id}: ${found.map(({ slug }) => slug).join(", ")}`)
  if (first !== undefined) return { type: "function", data: first, next: [`runs --fn ${first.slug}`] }
  throw await functionNotFound(id, data)
}
