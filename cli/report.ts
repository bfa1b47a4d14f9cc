import { exitCodeOf, toFailure } from "./failure.ts"
import { renderError, renderErrorDocument } from "./render/error.ts"
import type { Terminal } from "./terminal.ts"

/**
 * Say what went wrong: a line on stderr, and with `-o json` a document on stdout, so that what reads it sees it.
 *
 * @returns the exit code.
 */
export async function report(
  error: unknown,
  terminal: Terminal,
  options: { isJson: boolean; noColor: boolean },
): Promise<number> {
  const failure = toFailure(error)
  if (options.isJson) terminal.print(renderErrorDocument(failure))
  // A terminal that shows the document has said it.
  if (!options.isJson || !terminal.showsData)
    await terminal.say(renderError(failure, terminal.themes({ noColor: options.noColor }).words))
  return exitCodeOf(failure)
}
