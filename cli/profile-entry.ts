import { type KeyName, type KeyReference, type ProfileConfig, keyNames, maskPassword } from "./config/config.ts"
import { describeReference } from "./config/keys.ts"
import { type Profile, profileNames } from "./config/profile.ts"
import type { ProfileEntry } from "./result.ts"
import type { Sessions } from "./sessions.ts"

/** A profile as it is shown: where its keys are, never what they are. */
export async function toEntry(name: string, sessions: Sessions): Promise<ProfileEntry> {
  const profile = await sessions.resolve({ profile: name })
  const { configs, current } = sessions
  const definedBy = profileNames(configs).find((each) => each.name === name)?.owner ?? "built-in"
  const { url, store } = configOf(name, sessions)
  return {
    name,
    isCurrent: current.profile.name === name,
    url: profile.target.kind === "named" ? profile.target.apiURL : (url ?? null),
    env: profile.env?.value ?? null,
    store: typeof store === "string" ? maskPassword(store) : store === undefined ? null : `$${store.env}`,
    isProtected: profile.protection !== undefined,
    isReadOnly: profile.readOnly !== undefined,
    keys: keysOf(profile),
    definedBy,
  }
}

function configOf(name: string, { configs: { user, project } }: Sessions): ProfileConfig {
  if (Object.hasOwn(user.profiles, name)) return user.profiles[name] ?? {}
  return (Object.hasOwn(project.profiles, name) ? project.profiles[name] : undefined) ?? {}
}

function keysOf({ keys }: Profile): Record<string, string> {
  return Object.fromEntries(
    keyNames.flatMap((name: KeyName) => {
      const { value, source } = keys[name]
      return source.startsWith("profile ") ? [[name, describe(value)] as const] : []
    }),
  )
}

function describe(reference: KeyReference): string {
  return "env" in reference ? `$${reference.env}` : describeReference(reference)
}
