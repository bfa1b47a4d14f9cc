import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { changeUserConfig } from "../config/config-files.ts"
import type { Result } from "../result.ts"

export async function run({ operands }: Call, { shell, session }: Context): Promise<Result> {
  const [name = ""] = operands
  changeUserConfig(session.options.directories.config, (config) => {
    if (!Object.hasOwn(config.profiles, name))
      throw new CommandError("not-found", `no profile of yours is called ${name}`, { hint: "Try  profiles" })
    const profiles = Object.fromEntries(Object.entries(config.profiles).filter(([each]) => each !== name))
    const { profile, ...rest } = config
    return { ...rest, profiles, ...(profile === undefined || profile === name ? {} : { profile }) }
  })
  shell.sessions.readConfigs()
  return { type: "removed", data: { profile: name } }
}
