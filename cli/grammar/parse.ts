/**
 * Words → the command that is meant, with its flags, operands and payload. Strict: what the command does not know is refused, with the name
 * that is nearest, before anything is looked up or sent. An argv and a typed line are read alike.
 */
import { type CommandSpec, type OperandSpec, type Registry, commandTitle } from "../command.ts"
import { usageError } from "../command-error.ts"
import type { FlagSpec } from "../flag.ts"
import type { FlagValue, ParsedLine, PayloadItem, Word } from "./ast.ts"
import { findCommand, guessCommand } from "./find-command.ts"
import { readFlagValue } from "./flag-values.ts"
import { nearest } from "./nearest.ts"
import { parsePayloadItem } from "./payload-item.ts"
import { type GivenFlag, type Operand, separate } from "./separate.ts"

/** Without a command when only flags were given. */
export type Parsed = ParsedLine<CommandSpec | undefined>

/**
 * @param common flags that stand beside the command's own: the global ones, and for an argv those of the process.
 * @throws CommandError of kind `usage`.
 */
export async function parse(words: readonly Word[], registry: Registry, common: readonly FlagSpec[]): Promise<Parsed> {
  const known = [...common, ...registry.flags]
  const separated = separate(words, known)
  const stranger = separated.flags.find(({ name }) => !known.some((flag) => flag.name === name))
  if (stranger !== undefined) {
    // Its value, if it has one, stands among the operands: they can't be trusted to name the command.
    const command = guessCommand(separated.operands, registry)
    throw await unknownFlag(stranger, [...common, ...(command?.flags ?? [])], command)
  }
  const found = await findCommand(separated.operands, registry)
  const command = found?.command
  const flags = await readFlags(separated.flags, [...common, ...(command?.flags ?? [])], command)
  if (command === undefined) return { command, flags, operands: [], payload: [] }
  // `send --help` is about the command, whatever else is missing.
  if (flags.get("help")?.at(-1) === true) return { command, flags, operands: [], payload: [] }
  return { command, flags, ...assign(command, separated.operands.slice(found?.used)) }
}

async function readFlags(
  given: readonly GivenFlag[],
  allowed: readonly FlagSpec[],
  command: CommandSpec | undefined,
): Promise<Map<string, FlagValue[]>> {
  const flags = new Map<string, FlagValue[]>()
  for (const flag of given) {
    const spec = allowed.find(({ name }) => name === flag.name)
    if (spec === undefined) throw await unknownFlag(flag, allowed, command)
    const { value, isNegated } = flag
    const { at } = flag.word
    if (spec.kind === "switch" && value !== undefined)
      throw usageError(`--${spec.name} takes no value, "${value}" was given`, {
        at,
        hint: `It is on as it stands, and off as  --no-${spec.name}`,
      })
    if (spec.kind !== "switch" && value === undefined)
      throw usageError(`--${spec.name} needs a value:  --${spec.name}=<${spec.hint ?? spec.name}>`, { at })
    if (value === "" && spec.kind === "text" && !mayBeEmpty(spec, command))
      throw usageError(`--${spec.name} is empty`, { at, hint: "Give it a value, or leave it out" })
    const earlier = flags.get(spec.name) ?? []
    if (earlier.length > 0 && spec.kind !== "switch" && spec.repeats !== true)
      throw usageError(`--${spec.name} was given twice`, { at })
    flags.set(spec.name, [...earlier, value === undefined ? !isNegated : await readFlagValue(spec, value, at)])
  }
  return flags
}

/**
 * `--fn "$FN"` of a variable that is not set would mean every function. In a profile of the user's an empty value takes a setting out, and an
 * empty line of a script does nothing.
 */
function mayBeEmpty(flag: FlagSpec, command: CommandSpec | undefined): boolean {
  return command?.name[0] === "profile" || flag.name === "execute"
}

async function unknownFlag(
  { name, word }: GivenFlag,
  allowed: readonly FlagSpec[],
  command: CommandSpec | undefined,
): Promise<Error> {
  const title = command === undefined ? undefined : commandTitle(command)
  const near =
    name.length === 1
      ? undefined
      : await nearest(
          name,
          allowed.map((flag) => flag.name),
        )
  return usageError(`unknown flag ${word.text.replace(/=.*$/s, "")}${title === undefined ? "" : ` for ${title}`}`, {
    at: word.at,
    hint: near === undefined ? `Try  ${["help", title].join(" ").trim()}` : `Did you mean  --${near} ?`,
  })
}

/** Give the words behind the name to the command's operands and payload. */
function assign(command: CommandSpec, words: readonly Operand[]): { operands: string[]; payload: PayloadItem[] } {
  const specs = command.operands ?? []
  const operands: string[] = []
  const payload: PayloadItem[] = []
  for (const word of words) {
    const isWord = command.payload === undefined || word.isPlain || specs[operands.length]?.isLiteral === true
    const item = isWord ? undefined : parsePayloadItem(word)
    if (item !== undefined) payload.push(item)
    else if (operands.length < specs.length || specs.at(-1)?.repeats === true) {
      if (word.text === "") throw empty(command, specs[Math.min(operands.length, specs.length - 1)]?.name ?? "", word)
      operands.push(word.text)
    } else throw surplus(command, word)
  }
  const missing = specs.find((spec, index) => spec.isOptional !== true && index >= operands.length)
  if (missing !== undefined)
    throw usageError(`${commandTitle(command)}: <${missing.name}> is missing`, {
      hint: `For example:  ${command.examples[0] ?? commandTitle(command)}`,
    })
  return { operands, payload }
}

function empty(command: CommandSpec, name: string, { at }: Operand): Error {
  return usageError(`${commandTitle(command)}: <${name}> is empty`, { at })
}

function surplus(command: CommandSpec, { text, at }: Operand): Error {
  const title = commandTitle(command)
  if (command.payload === undefined)
    return usageError(`${title}: "${text}" is too much, it takes ${describe(command.operands ?? [])}`, { at })
  return usageError(`${title}: "${text}" is no payload`, {
    at,
    hint: `Write  key=${text}  for a text,  key:=7  for JSON, or  {key: 7}`,
  })
}

function describe(specs: readonly OperandSpec[]): string {
  return specs.length === 0 ? "no words" : specs.map(({ name, repeats }) => `<${name}${repeats ? "…" : ""}>`).join(" ")
}
