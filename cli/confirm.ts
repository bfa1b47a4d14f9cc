/** The question before what can't be taken back. Enter, Ctrl-C, Ctrl-D and anything but a yes mean no. */
import type { Question } from "./command.ts"
import { CommandError } from "./command-error.ts"
import type { Terminal } from "./terminal.ts"

export interface ConfirmOptions {
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** `--no-input`, or a script: nobody is asked. */
  readonly mayAsk: boolean
  /** The line that would do it, with `--yes`. */
  readonly apply: string
}

/** @throws CommandError `confirmation-required` when nobody can be asked, `declined` when the answer is no. */
export async function confirm(question: Question, { terminal, signal, mayAsk, apply }: ConfirmOptions): Promise<void> {
  if (!mayAsk || !terminal.isInteractive)
    throw new CommandError("confirmation-required", question.would, {
      hint: "Repeat it with --yes to do it",
      details: { plan: question.plan, apply },
    })
  const answer = await terminal.ask(`${question.ask} [y/N] `, signal)
  signal.throwIfAborted()
  if (answer === undefined || !/^\s*y(es)?\s*$/i.test(answer)) throw new CommandError("declined", "not done")
}
