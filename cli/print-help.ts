/** `inngest-repl --help` and nothing else. The build has written it down, for it is measured against the start of Node itself. */
export async function printHelp(): Promise<void> {
  const { stdout, env } = process
  // Titles are bold where somebody sees them.
  const usage = stdout.isTTY || env.FORCE_COLOR ? undefined : written()
  stdout.write(`${usage ?? (await layOut())}\n`)
}

function written(): string | undefined {
  try {
    // Not imported: that would make Node load streams and promises, too.
    const { readFileSync } = process.getBuiltinModule("node:fs")
    return readFileSync(new URL("../help.txt", import.meta.url), "utf8").trimEnd()
  } catch {
    // From source there is none.
    return undefined
  }
}

async function layOut(): Promise<string> {
  const [{ describeAll }, { createRegistry }, { createTheme, hasColors }, { help }] = await Promise.all([
    import("./usage.ts"),
    import("./registry.ts"),
    import("./render/theme.ts"),
    import("./render/plain.ts"),
  ])
  const { stdout, env } = process
  const theme = createTheme(hasColors(stdout, env))
  const view = {
    format: "table",
    isTerminal: stdout.isTTY,
    width: stdout.isTTY ? stdout.columns : undefined,
    theme,
    nowMs: 0,
  } as const
  return help.text(await describeAll(createRegistry(), false), view)
}
