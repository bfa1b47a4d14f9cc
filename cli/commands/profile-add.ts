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
  const settings = changeProfile({}, flags)
  changeUserConfig(session.options.directories.config, (config) => {
    if (Object.hasOwn(config.profiles, name))
      throw usageError(`there is a profile ${name} already`, { hint: `Change it:  profile edit ${name}` })
    return { ...config, profiles: { ...config.profiles, [name]: settings } }
  })
  sessions.readConfigs()
  return { type: "profile", data: await toEntry(name, sessions), next: [`use ${name}`] }
}
