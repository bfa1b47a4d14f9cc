import { type CommandSpec, type Registry, commandTitle } from "../command.ts"
import { usageError } from "../command-error.ts"
import { nearest } from "./nearest.ts"
import type { Operand } from "./separate.ts"

export interface FoundCommand {
  readonly command: CommandSpec
  /** How many operands its name took. */
  readonly used: number
}

/**
 * The command that the first words name: a verb, a noun and a verb, or a noun alone (its default, the list).
 *
 * @throws CommandError with the nearest name.
 */
export async function findCommand(operands: readonly Operand[], registry: Registry): Promise<FoundCommand | undefined> {
  const [first, second] = operands
  if (first === undefined) return undefined
  const single = registry.single(first.text)
  if (single !== undefined) return { command: single, used: 1 }
  const noun = registry.noun(first.text)
  if (noun === undefined) {
    const near = await nearest(
      first.text,
      registry.names.filter((name) => /^\w/.test(name)),
    )
    throw usageError(`unknown command "${first.text}"`, {
      at: first.at,
      hint: near === undefined ? await hintAbout(first.text, registry) : `Did you mean  ${near} ?`,
    })
  }
  if (second === undefined) return { command: noun.main, used: 1 }
  const verb = second.isPlain ? undefined : noun.verb(second.text)
  if (verb !== undefined) return { command: verb, used: 2 }

  const near = await nearest(second.text, noun.verbs)
  const show = noun.verb("get")
  const example = show === undefined ? undefined : `To show one:  ${commandTitle(show)} ${second.text}`
  throw usageError(`unknown "${second.text}" after ${first.text}: one of ${noun.verbs.join(", ")}`, {
    at: second.at,
    hint: near === undefined ? example : `Did you mean  ${first.text} ${near} ?`,
  })
}

/** `logs` is no command, but there are some that people call so. */
async function hintAbout(word: string, registry: Registry): Promise<string> {
  const { commandsCalled } = await import("../about.ts")
  const [only, second] = commandsCalled(word, registry)
  if (only === undefined) return "Try  help"
  return second === undefined ? `Did you mean  ${commandTitle(only)} ?` : `Try  help ${word}`
}

/** The command that is probably meant, for an error about something else. */
export function guessCommand([first, second]: readonly Operand[], registry: Registry): CommandSpec | undefined {
  if (first === undefined) return undefined
  const noun = registry.noun(first.text)
  return registry.single(first.text) ?? noun?.verb(second?.text ?? "") ?? noun?.main
}
