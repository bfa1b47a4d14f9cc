import { usageError } from "./command-error.ts"
import { type KeyName, type ProfileConfig, hasPassword, isProfileName } from "./config/config.ts"
import type { FlagValues } from "./flag.ts"
import { findTarget } from "./target.ts"

const keyFlags: Readonly<Record<string, Exclude<KeyName, "signingKeyFallback">>> = {
  "event-key": "eventKey",
  "signing-key": "signingKey",
}

/** The flags of `profile add` and `profile edit` over what a profile says so far. An empty value takes a setting out. */
export function changeProfile(before: ProfileConfig, flags: FlagValues): ProfileConfig {
  const next: Record<string, unknown> = { ...before }
  const set = (name: string, value: unknown): void => {
    if (value === "") delete next[name]
    else if (value !== undefined) next[name] = value
  }
  set("url", urlOf("url", flags))
  set("eventUrl", urlOf("event-url", flags))
  set("env", flags.text("env"))
  set("store", storeOf(flags.text("store")))
  for (const [flag, name] of Object.entries(keyFlags)) {
    const [variable, command] = [flags.text(`${flag}-env`), flags.text(`${flag}-command`)]
    if (variable && command) throw usageError(`--${flag}-env or --${flag}-command, not both`)
    if (variable && /^signkey-|[^\w]/.test(variable))
      throw usageError(`--${flag}-env: takes the name of a variable, such as STAGING_KEY, not a key`)
    if (variable === "" || command === "") set(name, "")
    if (variable) set(name, { env: variable })
    if (command) set(name, { command })
  }
  set("protected", flags.toggle("protected"))
  set("readOnly", flags.toggle("read-only"))
  return next as ProfileConfig
}

function urlOf(flag: string, flags: FlagValues): string | undefined {
  const url = flags.text(flag)
  if (url === undefined || url === "") return url
  const target = findTarget(url, {})
  return target.kind === "named" ? target.apiURL : url
}

function storeOf(store: string | undefined): ProfileConfig["store"] {
  if (store === undefined || !store.startsWith("$")) {
    if (store !== undefined && hasPassword(store))
      throw usageError("--store: holds a password, which stands in no file", {
        hint: "Name a variable that has it:  --store '$DATABASE_URL'",
      })
    return store
  }
  return { env: store.slice(1) }
}

/** @throws CommandError for a name that no flag and no file could hold. */
export function checkName(name: string): void {
  if (!isProfileName(name)) throw usageError(`"${name}" is no name for a profile: letters, digits, - . and _`)
}
