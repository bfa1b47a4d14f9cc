import { spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Context } from "./command.ts"
import { CommandError } from "./command-error.ts"
import { tokenize } from "./grammar/tokenize.ts"

/**
 * A text as the person's editor leaves it: `$VISUAL`, `$EDITOR`, or vi.
 *
 * @throws CommandError when nobody sits there, or when the editor ends with a failure: then nothing is meant to be saved.
 */
export async function openEditor(text: string, { shell, terminal, input }: Context): Promise<string> {
  const { env } = shell.sessions
  const named = env.VISUAL || env.EDITOR
  if (input === "script" || (named === undefined && !terminal.isInteractive))
    throw new CommandError("usage", "workflow edit: nobody sits here to edit", {
      hint: "Change fields by  workflow save <id> field=…",
    })
  const words = tokenize(named ?? "vi")
  const [program = "vi", ...args] = words.kind === "words" ? words.words.map((word) => word.text) : [named ?? "vi"]
  const directory = await mkdtemp(join(tmpdir(), "inngest-repl-"))
  const file = join(directory, "workflow.json")
  try {
    await writeFile(file, text, { mode: 0o600 })
    await terminal.handOver(() => runProgram(program, [...args, file]))
    return await readFile(file, "utf8")
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function runProgram(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit" })
    child.once("error", (cause) =>
      reject(new CommandError("failed", `${program}: ${cause.message}`, { hint: "EDITOR names the program", cause })),
    )
    child.once("close", (code) => {
      if (code === 0) resolve()
      else reject(new CommandError("declined", `${program} ended with ${code}. Nothing saved`))
    })
  })
}
