import { CommandError } from "./command-error.ts"

/** The text of a file that the user named. @throws CommandError that names it and says why not. */
export async function readNamedFile(path: string): Promise<string> {
  try {
    const { readFile } = await import("node:fs/promises")
    return await readFile(path, "utf8")
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === undefined ? undefined : reasons.get(code)
    throw new CommandError("usage", `${path}: ${why ?? message}`, { cause })
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file"],
  ["EISDIR", "is a directory"],
  ["EACCES", "may not be read"],
])
