import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { findCommand } from "../grammar/find-command.ts"
import { nearest } from "../grammar/nearest.ts"
import type { Result } from "../result.ts"
import { describeAll, describeCommand, describeFlags, describeMatches, describeNoun } from "../usage.ts"

export async function run({ operands }: Call, { registry, input }: Context): Promise<Result> {
  const [first] = operands
  if (first === undefined) return describeAll(registry, input === "typed")
  if (first === "flags") return describeFlags()
  const noun = registry.noun(first)
  if (noun !== undefined && operands.length === 1) return describeNoun(noun, registry)
  const isName = registry.single(first) !== undefined || noun !== undefined
  if (!isName) {
    const word = operands.join(" ")
    const matches = await describeMatches(word, registry)
    if (matches !== undefined) return matches
    const near = await nearest(first, registry.names)
    throw usageError(`no command has to do with "${word}"`, {
      hint: near === undefined ? "All of them:  help" : `Did you mean  help ${near} ?`,
    })
  }
  const found = await findCommand(
    operands.map((text) => ({ text, isPlain: false })),
    registry,
  )
  return found === undefined ? describeAll(registry, false) : describeCommand(found.command)
}
