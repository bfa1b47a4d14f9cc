import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { changeUserConfig } from "../config/config-files.ts"
import { optionNames } from "../config/config.ts"
import { globalFlags } from "../global-flags.ts"
import { readOptions } from "../grammar/flag-values.ts"
import { nearest } from "../grammar/nearest.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import { optionSettings, optionsOf } from "../option-settings.ts"
import type { Result } from "../result.ts"

export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const [name, value] = operands
  const { shell, session, input } = context
  if (name === undefined) return { type: "options", data: optionSettings(shell) }
  if (!(optionNames as readonly string[]).includes(name)) {
    const near = await nearest(name, optionNames)
    throw usageError(`set: "${name}" is not one of ${optionNames.join(", ")}`, {
      hint: near === undefined ? undefined : `Did you mean  ${near} ?`,
    })
  }
  if (flags.isOn("unset")) return unset(name, value, flags.isOn("save"), context)
  if (value === undefined)
    throw usageError(`set ${name}: <value> is missing`, { hint: "Such as  set output json, or  set utc on" })
  const isSaved = flags.isOn("save")
  const settings = await readOptions({ [name]: value }, globalFlags)
  if (input === "argv" && !isSaved) {
    const isSwitch = globalFlags.some((flag) => flag.name === name && flag.kind === "switch")
    const isOff = isSwitch && settings.get(name)?.at(-1) === false
    const flag = isSwitch ? `--${name}` : `--${name} ${quoteWord(value)}`
    const forOne = isOff ? `leave ${flag} out` : `inngest-repl ${flag} …`
    throw usageError("set is for the lines that follow, in a session or a script", {
      hint: `For one command:  ${forOne}   for every one:  inngest-repl set ${name} ${quoteWord(value)} --save`,
    })
  }
  for (const [each, read] of settings) shell.settings.set(each, read)
  if (isSaved) {
    changeUserConfig(session.options.directories.config, (config) => ({
      ...config,
      options: { ...config.options, [name]: value },
    }))
    shell.sessions.readConfigs()
  }
  return { type: "options", data: optionSettings(shell) }
}

/** What was there before `set` holds again: a flag of the start, a file, or the default. */
async function unset(name: string, value: string | undefined, isSaved: boolean, context: Context): Promise<Result> {
  const { shell, session, input } = context
  if (value !== undefined)
    throw usageError(`set ${name}: --unset takes no value, "${value}" was given`, { hint: "Give one or the other" })
  if (input === "argv" && !isSaved)
    throw usageError("set is for the lines that follow, in a session or a script", {
      hint: `To take back what was saved:  inngest-repl set ${name} --unset --save`,
    })
  shell.settings.delete(name)
  if (isSaved) {
    changeUserConfig(session.options.directories.config, (config) => ({
      ...config,
      options: Object.fromEntries(Object.entries(config.options).filter(([option]) => option !== name)),
    }))
    const saved = await readOptions(optionsOf(shell.sessions.readConfigs()), globalFlags)
    shell.savedSettings.delete(name)
    const left = saved.get(name)
    if (left !== undefined) shell.savedSettings.set(name, left)
  }
  return { type: "options", data: optionSettings(shell) }
}
