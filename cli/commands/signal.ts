import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { readPayload } from "../grammar/payload.ts"
import type { Result } from "../result.ts"

export async function run({ operands, payload }: Call, context: Context): Promise<Result> {
  const [name = ""] = operands
  const given = await readPayload(payload, context.source)
  const data = given === undefined ? null : given.isBatch ? given.values : (given.values[0] ?? null)
  const client = await context.client()
  const place = await context.place()
  await context.confirm({
    effect: "write",
    verb: "signal",
    ids: [name],
    ask: `Send signal ${name} on ${place}?`,
    would: `signal ${name} would be sent on ${place}`,
    plan: { signal: name, data, server: place },
  })
  const resumed = await client.signals.send(name, data, { signal: context.signal })
  if (resumed === null && !context.isDryRun)
    throw new CommandError("not-found", `no run waits for the signal ${name}`, {
      hint: "A signal is not kept for later",
    })
  const runId = resumed?.runId ?? null
  return {
    type: "signalled",
    data: { signal: name, runId },
    ...(runId === null ? {} : { next: [`run get ${runId}`] }),
  }
}
