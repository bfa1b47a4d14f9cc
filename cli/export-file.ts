/** NDJSON of a long list: to stdout in parts, or into a file. */
import { open } from "node:fs/promises"
import type { Context } from "./command.ts"
import { CommandError } from "./command-error.ts"
import { toJson } from "./render/json.ts"
import type { Result } from "./result.ts"

const partSize = 100

/** @param toResult a part as it is shown. */
export async function writeLines<T>(
  items: AsyncIterable<T>,
  file: string | undefined,
  context: Context,
  toResult: (part: T[]) => Result,
): Promise<Result> {
  const isWhole = file === undefined && (context.view.format === "json" || context.view.get !== undefined)
  const handle = file === undefined ? undefined : await openNew(file)
  let part: T[] = []
  let count = 0
  try {
    for await (const item of items) {
      count++
      part.push(item)
      if (part.length >= partSize && !isWhole) await flush()
    }
    if (isWhole) return toResult(part)
    await flush()
  } finally {
    await handle?.close()
  }
  if (file === undefined) return { type: "none", data: null, isShown: true }
  return { type: "exported", data: { file, count } }

  async function flush(): Promise<void> {
    if (part.length === 0) return
    if (handle === undefined) await context.show(toResult(part))
    else await handle.write(part.map((item) => `${toJson(item)}\n`).join(""))
    part = []
  }
}

/** What is exported may hold anything, so it is for the user alone; a file that is there is not written over. */
async function openNew(file: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    return await open(file, "wx", 0o600)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new CommandError("usage", `${file}: ${code === "EEXIST" ? "is there already" : message}`, { cause })
  }
}
