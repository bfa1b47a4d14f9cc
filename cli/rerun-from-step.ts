/** `--from-step` and `--input` of `rerun`: which step is meant in a run, and what its code gets. */
import type { JsonValue, RunSpan } from "../src/index.ts"
import type { Context } from "./command.ts"
import { CommandError, usageError } from "./command-error.ts"
import { readJson5 } from "./grammar/json5.ts"
import { nearest } from "./grammar/nearest.ts"
import { runNotFound } from "./load-run.ts"
import { demandProperty } from "./operations.ts"

/** A server that can't would run the whole again. @throws CommandError `unsupported` */
export function demandFromStep(context: Context): Promise<void> {
  return demandProperty(
    {
      operation: "Rerun",
      property: "fromStep",
      flag: "--from-step",
      lack: "runs again only from the beginning",
      hint: "Leave --from-step out to do that",
    },
    context,
  )
}

/**
 * The id of the step that goes by a name or an id in a run. Of repeated ones each has its id.
 *
 * @throws CommandError `not-found`; `usage` when several steps have the name.
 */
export async function findStepId(runId: string, asked: string, context: Context): Promise<string> {
  const client = await context.client()
  const trace = await client.runs.trace(runId, { signal: context.signal })
  if (trace === null) throw await runNotFound(runId, context)
  const steps = trace.rootSpan.children.filter((span): span is RunSpan & { stepId: string } => Boolean(span.stepId))
  if (steps.some(({ stepId }) => stepId === asked)) return asked
  const ids = [...new Set(steps.filter(({ name }) => name === asked).map(({ stepId }) => stepId))]
  const [id, second] = ids
  if (second !== undefined)
    throw usageError(`--from-step: ${ids.length} steps of run ${runId} are called ${asked}: ${ids.join(", ")}`, {
      hint: "Name one by its id",
    })
  if (id !== undefined) return id
  const names = [...new Set(steps.map(({ name }) => name))]
  const near = await nearest(asked, names)
  throw new CommandError("not-found", `--from-step: no step of run ${runId} is called ${asked}`, {
    hint:
      near === undefined
        ? names.length === 0
          ? "It has none"
          : `There is  ${names.join(", ")}`
        : `Did you mean  ${near} ?`,
  })
}

/** What the step's code gets: a list is all of its arguments, anything else the only one. */
export async function readInput(text: string, { source }: Context): Promise<JsonValue[]> {
  const subject = "--input"
  const value =
    text === "-"
      ? await readJson5(await source.readStdin(), `${subject}: stdin`)
      : text.startsWith("@")
        ? await readJson5(await source.readFile(text.slice(1)), `${subject}: ${text.slice(1)}`)
        : await readJson5(text, subject)
  return Array.isArray(value) ? value : [value]
}
