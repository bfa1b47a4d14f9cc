import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { changeUserConfig } from "../config/config-files.ts"
import { toEntry } from "../profile-entry.ts"
import { changeProfile, checkName } from "../profile-settings.ts"
import type { Result } from "../result.ts"

export async function run({ operands, flags }: Call, { shell, session }: Context): Promise<Result> {
  const [name = ""] = operands
  checkName(name)
  const { sessions } = shell
  changeUserConfig(session.options.directories.config, (config) => {
    const before = Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined
    if (before === undefined)
      throw usageError(`no profile of yours is called ${name}`, { hint: `Make it:  profile add ${name}` })
    return { ...config, profiles: { ...config.profiles, [name]: changeProfile(before, flags) } }
  })
  sessions.readConfigs()
  return { type: "profile", data: await toEntry(name, sessions) }
}
