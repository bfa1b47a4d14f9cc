import { type JsonValue, isInngestKitError } from "../src/index.ts"
import type { Context } from "./command.ts"
import { CommandError } from "./command-error.ts"

/** What of an operation not every server takes. A server that does not know it would do the rest, and say nothing. */
export interface Extra {
  /** As the catalogue of the server calls the operation: `Rerun`. */
  readonly operation: string
  /** `fromStep` */
  readonly property: string
  readonly flag: string
  /** What the server lacks. */
  readonly lack: string
  readonly hint: string
}

/**
 * Ask the server's catalogue of operations, before anything is done.
 *
 * @throws CommandError `unsupported` where it does not name the property, and where there is no catalogue.
 * @source measured, vector `v2-operations`
 */
export async function demandProperty(
  { operation, property, flag, lack, hint }: Extra,
  context: Context,
): Promise<void> {
  const client = await context.client()
  let answer: JsonValue | undefined
  try {
    answer = await client.request("GET", "/v2/operations", { signal: context.signal })
  } catch (error) {
    context.signal.throwIfAborted()
    if (!isInngestKitError(error) || error.code !== "not-found") throw error
  }
  const found = operationsOf(answer).find(({ id }) => id === operation)
  if (found?.mcp?.inputSchema?.properties?.[property] !== undefined) return
  throw new CommandError("unsupported", `${flag}: ${await context.place()} ${lack}. Nothing was done`, { hint })
}

interface Operation {
  readonly id?: string
  readonly mcp?: { readonly inputSchema?: { readonly properties?: Readonly<Record<string, unknown>> } }
}

function operationsOf(answer: JsonValue | undefined): readonly Operation[] {
  const { data } = (answer ?? {}) as { data?: { operations?: unknown } }
  return Array.isArray(data?.operations) ? (data.operations as Operation[]) : []
}
