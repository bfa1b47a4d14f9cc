import type { JsonValue } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { readPayload } from "../grammar/payload.ts"
import type { Result } from "../result.ts"

const methods = ["GET", "POST", "PUT", "DELETE"] as const

export async function run({ operands, payload }: Call, context: Context): Promise<Result> {
  const [given = "", path = ""] = operands
  const method = methods.find((each) => each === given.toUpperCase())
  if (method === undefined) throw usageError(`api: "${given}" is not one of ${methods.join(", ")}`)
  if (!path.startsWith("/")) throw usageError(`api: "${path}" does not begin with a slash`)
  const read = await readPayload(payload, context.source)
  if (read !== undefined && method === "GET")
    throw usageError("api: a GET has no body", { hint: `Try  ${path}?name=…` })
  const body: JsonValue | undefined = read === undefined ? undefined : read.isBatch ? [...read.values] : read.values[0]
  const client = await context.client()
  if (context.effect !== "read") {
    const place = await context.place()
    await context.confirm({
      effect: context.effect === "destroy" ? "destroy" : "write",
      verb: method.toLowerCase(),
      ids: [path],
      ask: `${method} ${path} on ${place}?`,
      would: `${method} ${path} would be sent to ${place}`,
      plan: { method, path, body: body ?? null, server: place },
    })
  }
  const answer = await client.request(method, path, { body, signal: context.signal })
  return { type: "answer", data: answer ?? null }
}
