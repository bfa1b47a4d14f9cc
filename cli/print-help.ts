/** `inngest-repl --help` and nothing else: without parser, renderers and terminal, for it is measured against the start of Node itself. */
import { createRegistry } from "./registry.ts"
import { help } from "./render/plain.ts"
import { createTheme, hasColors } from "./render/theme.ts"
import { describeAll } from "./usage.ts"

export async function printHelp(): Promise<void> {
  const { stdout, env } = process
  const theme = createTheme(hasColors(stdout, env))
  const result = await describeAll(createRegistry(), false)
  const view = { format: "table", isTerminal: stdout.isTTY, width: undefined, theme, nowMs: 0 } as const
  stdout.write(`${help.text(result, view)}\n`)
}
