import type { FunctionInfo } from "../src/index.ts"
import { CommandError } from "./command-error.ts"
import { nearest } from "./grammar/nearest.ts"

/** With the one that was probably meant. */
export async function functionNotFound(
  id: string,
  known: readonly FunctionInfo[],
  cause?: unknown,
): Promise<CommandError> {
  const near = await nearest(
    id,
    known.map(({ slug }) => slug),
  )
  return new CommandError("not-found", `not found: function ${id}`, {
    hint: near === undefined ? "Try  functions" : `Did you mean  ${near} ?`,
    cause,
  })
}
