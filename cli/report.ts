import { type Failure, exitCodeOf, toFailure } from "./failure.ts"
import { renderError, renderErrorDocument } from "./render/error.ts"
import type { Terminal } from "./terminal.ts"

export interface ReportOptions {
  readonly isJson: boolean
  readonly noColor: boolean
  /** Of the statement, in its script. */
  readonly firstLine?: number | undefined
}

/**
 * Say what went wrong: a line on stderr, and with `-o json` a document on stdout, so that what reads it sees it.
 *
 * @returns the exit code.
 */
export async function report(error: unknown, terminal: Terminal, options: ReportOptions): Promise<number> {
  const failure = inScript(toFailure(error), options.firstLine)
  // As results are: over several lines for people, on one for programs.
  if (options.isJson) terminal.print(renderErrorDocument(failure, terminal.showsData ? 2 : undefined))
  // A terminal that shows the document has said it.
  if (!options.isJson || !terminal.showsData)
    await terminal.say(renderError(failure, terminal.themes({ noColor: options.noColor }).words))
  return exitCodeOf(failure)
}

/** A place in a statement → the place in the script that it stands in. */
function inScript(failure: Failure, firstLine: number | undefined): Failure {
  if (firstLine === undefined) return failure
  const { at } = failure
  return {
    ...failure,
    at: { line: firstLine - 1 + (at?.line ?? 1), ...(at === undefined ? {} : { column: at.column }) },
  }
}
