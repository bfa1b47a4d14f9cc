/** The question before a change that needs one. Enter, Ctrl-C, Ctrl-D and anything but the yes that is asked for mean no. */
import type { Question } from "./command.ts"
import { CommandError } from "./command-error.ts"
import { demandOf } from "./ladder.ts"
import { printable } from "./render/text-width.ts"
import type { Terminal } from "./terminal.ts"

export interface ConfirmOptions {
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** `--no-input`, or a script: nobody is asked. */
  readonly mayAsk: boolean
  /** `--yes` */
  readonly isYes: boolean
  /** `--confirm` */
  readonly confirmed: string | undefined
  readonly profile: string
  readonly isProtected: boolean
  /** The line that would do what is asked, with the flags given that it lacks. */
  readonly apply: (question: Question, flags: readonly string[]) => string
}

/** @throws CommandError `confirmation-required` when nobody can be asked, `declined` when the answer is no, `usage` for another profile's name. */
export async function confirm(question: Question, options: ConfirmOptions): Promise<void> {
  const { terminal, signal, mayAsk, isYes, confirmed, profile, isProtected, apply } = options
  if (confirmed !== undefined && confirmed !== profile)
    throw new CommandError("usage", `--confirm: this is profile ${profile}, not "${confirmed}"`)
  const demand = demandOf(question, isProtected)
  if (demand.kind === "nothing") return
  // On a protected profile a yes alone is soon typed.
  if (isYes && (!isProtected || confirmed === profile)) return
  if (!mayAsk || !terminal.isInteractive) {
    const flags = isProtected ? ["--yes", "--confirm", profile] : ["--yes"]
    throw new CommandError("confirmation-required", question.would, {
      hint: `Repeat it with ${flags.join(" ")} to do it`,
      details: { plan: question.plan, apply: apply(question, flags) },
    })
  }
  for (const line of question.preview ?? []) await terminal.say(`  ${printable(line)}`)
  const isTyped = demand.kind === "typed"
  const answer = await terminal.ask(`${printable(question.ask)} ${isTyped ? printable(demand.ask) : "[y/N] "}`, signal)
  signal.throwIfAborted()
  const isAgreed = isTyped ? answer?.trim() === demand.text : /^\s*y(es)?\s*$/i.test(answer ?? "")
  if (!isAgreed) throw new CommandError("declined", "not done")
}
