import type { InngestClient } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError, usageError } from "../command-error.ts"
import type { Result } from "../result.ts"

/** Ids shown in the question and in the refusal; more are counted. */
const shownIds = 5

/** What is not there can't be deleted, and is said: an id that was mistyped looks just like it. */
export async function run({ operands }: Call, context: Context): Promise<Result> {
  const ids = await toIds(operands, context)
  const client = await context.client()
  const { present, absent } = await look(ids, client, context)
  if (present.length === 0)
    throw new CommandError("not-found", `not found: ${countOf(absent)} ${shorten(absent)}`, { hint: "Try  workflows" })
  const { kind, url } = await context.session.connect()
  const server = kind === "own" || kind === "shared" ? "the embedded server" : url
  await context.confirm({
    ask: `Delete ${countOf(present)} ${shorten(present)} on ${server}?`,
    would: `${present.length === 1 ? "1 workflow" : `${present.length} workflows`} would be deleted on ${server}`,
    plan: { delete: present, absent, server },
  })
  for (const id of present) await client.workflows.delete(id, { signal: context.signal })
  const data = { workflowIds: present, absent }
  if (absent.length === 0 || context.isDryRun) return { type: "deleted", data }
  // The one document of `-o json` is the error, which holds both lists.
  if (context.view.format !== "json") await context.show({ type: "deleted", data })
  throw new CommandError("partial", `not found: ${countOf(absent)} ${shorten(absent)}. The others are deleted`, {
    details: { ...data },
  })
}

async function toIds(operands: readonly string[], context: Context): Promise<string[]> {
  const ids: string[] = []
  for (const operand of operands) {
    if (operand === "-") ids.push(...(await context.source.readStdin()).split(/\r?\n/).filter((line) => line !== ""))
    else ids.push(context.idOf("workflow", operand))
  }
  if (ids.length === 0) throw usageError("workflow delete: stdin holds no id")
  return [...new Set(ids)]
}

async function look(
  ids: readonly string[],
  { workflows }: InngestClient,
  { signal }: Context,
): Promise<{ present: string[]; absent: string[] }> {
  const present: string[] = []
  const absent: string[] = []
  for (const id of ids) ((await workflows.load(id, { signal })) === null ? absent : present).push(id)
  return { present, absent }
}

function countOf(ids: readonly string[]): string {
  return ids.length === 1 ? "workflow" : `${ids.length} workflows:`
}

function shorten(ids: readonly string[]): string {
  const more = ids.length - shownIds
  return `${ids.slice(0, shownIds).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}
