import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { changeUserConfig } from "../config/config-files.ts"
import { optionNames } from "../config/config.ts"
import { globalFlags } from "../global-flags.ts"
import { readOptions } from "../grammar/flag-values.ts"
import { nearest } from "../grammar/nearest.ts"
import type { Result } from "../result.ts"

export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const [name, value] = operands
  const { shell, session, input } = context
  if (name === undefined) return list(context)
  if (!(optionNames as readonly string[]).includes(name)) {
    const near = await nearest(name, optionNames)
    throw usageError(`set: "${name}" is not one of ${optionNames.join(", ")}`, {
      hint: near === undefined ? undefined : `Did you mean  ${near} ?`,
    })
  }
  if (value === undefined)
    throw usageError(`set ${name}: <value> is missing`, { hint: "Such as  set output json, or  set utc on" })
  const isSaved = flags.isOn("save")
  if (input === "argv" && !isSaved)
    throw usageError("set is for the lines that follow, in a session or a script", {
      hint: `For every session:  inngest-repl set ${name} ${value} --save`,
    })
  for (const [each, read] of await readOptions({ [name]: value }, globalFlags)) shell.settings.set(each, read)
  if (isSaved) {
    changeUserConfig(session.options.directories.config, (config) => ({
      ...config,
      options: { ...config.options, [name]: value },
    }))
    shell.sessions.readConfigs()
  }
  return list(context)
}

async function list({ shell }: Context): Promise<Result> {
  const { user, project } = shell.sessions.configs
  return {
    type: "options",
    data: optionNames.map((name) => {
      const toggled = shell.defaults.toggle(name)
      const value = shell.defaults.text(name) ?? (toggled === undefined ? null : toggled ? "on" : "off")
      const source = shell.settings.has(name)
        ? "set"
        : value === null
          ? "default"
          : Object.hasOwn(project.options, name)
            ? (project.path ?? "")
            : Object.hasOwn(user.options, name)
              ? (user.path ?? "")
              : `--${name}`
      return { name, value, source }
    }),
  }
}
