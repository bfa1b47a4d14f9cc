/** Lines of a script, one after the other: the next begins when the one before has ended. */
import type { Shell } from "./command.ts"
import { type CommandError, usageError } from "./command-error.ts"
import { executeLine } from "./execute.ts"
import { tokenize } from "./grammar/tokenize.ts"
import { report } from "./report.ts"
import { toView } from "./view-options.ts"

export interface ScriptOptions {
  readonly signal: AbortSignal
  /** Each line is whole, as `-e` gives it; else a statement may go on over lines. */
  readonly isWhole: boolean
  /** Go on after an error. */
  readonly keepsGoing?: boolean
}

/** @returns the code of the first line that failed; 0 when none did. */
export async function runScript(
  lines: Iterable<string> | AsyncIterable<string>,
  shell: Shell,
  { signal, isWhole, keepsGoing = shell.startFlags.isOn("keep-going") }: ScriptOptions,
): Promise<number> {
  const { terminal, sessions, defaults } = shell
  const isJson = toView(defaults, terminal).format === "json"
  let firstFailure = 0
  let pending = ""
  let lineNumber = 0
  /** Of the statement. */
  let firstLine = 1
  for await (const line of lines) {
    lineNumber++
    if (pending === "") firstLine = lineNumber
    const code = await run(line)
    firstFailure ||= code
    if (sessions.current.isLeaving || signal.aborted || (code !== 0 && (!keepsGoing || isUse(line)))) break
  }
  if (pending === "" || (firstFailure !== 0 && !keepsGoing)) return firstFailure
  const code = await fail(unclosed(pending, firstLine))
  return firstFailure || code

  /** A line may be a part: then it waits for the next. */
  async function run(line: string): Promise<number> {
    if (pending === "" && isComment(line)) return 0
    const source = pending === "" ? line : `${pending}\n${line}`
    const tokenized = tokenize(source)
    if (tokenized.kind === "unclosed" && !isWhole) {
      pending = source
      return 0
    }
    pending = ""
    if (tokenized.kind === "unclosed") return fail(unclosed(source, firstLine))
    if (tokenized.kind === "error") return fail(usageError(tokenized.message, { at: tokenized.at, excerpt: source }))
    return executeLine(tokenized.words, { ...shell, firstLine }, signal)
  }

  function fail(error: CommandError): Promise<number> {
    return report(error, terminal, { isJson, noColor: defaults.isOn("no-color"), firstLine })
  }
}

/** Where it fails, the lines behind it would go to another profile than they were written for. */
function isUse(line: string): boolean {
  return /^\s*(-\S+\s+)*use(\s|$)/.test(line)
}

/** Empty lines say nothing, either. */
export function isComment(line: string): boolean {
  return /^\s*(#|$)/.test(line)
}

function unclosed(source: string, firstLine: number): CommandError {
  const tokenized = tokenize(source)
  if (tokenized.kind !== "unclosed") return usageError("the last line is not complete")
  const { opener, at } = tokenized
  const line = firstLine - 1 + at.line
  const place = line === 1 ? `column ${at.column}` : `line ${line}, column ${at.column}`
  return usageError(`nothing closes the ${opener} at ${place}`, { at, excerpt: source.split("\n")[at.line - 1] ?? "" })
}
