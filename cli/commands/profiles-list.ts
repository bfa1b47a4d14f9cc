import type { Call, Context } from "../command.ts"
import { profileNames } from "../config/profile.ts"
import { toEntry } from "../profile-entry.ts"
import type { Result } from "../result.ts"

export async function run(_call: Call, { shell }: Context): Promise<Result> {
  const { sessions } = shell
  const data = []
  for (const { name } of profileNames(sessions.configs)) data.push(await toEntry(name, sessions))
  return { type: "profiles", data, next: ["use prod"] }
}
