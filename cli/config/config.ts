/** What the two configuration files may say. The user's own may name keys by reference; a project's may hold neither keys nor commands. */
import { CommandError } from "../command-error.ts"

/** Where a key is. A key itself stands in no file of the shell. */
export type KeyReference = { readonly env: string } | { readonly command: string }

export const keyNames = ["eventKey", "signingKey", "signingKeyFallback"] as const
export type KeyName = (typeof keyNames)[number]

export interface ProfileConfig extends Partial<Record<KeyName, KeyReference>> {
  readonly url?: string
  /** Where events go, when that is another host. */
  readonly eventUrl?: string
  /** Branch environment. */
  readonly env?: string
  /** `sqlite:path`, `postgres://…`, `redis://…`, `fs:path`, `http(s)://…`. */
  readonly store?: string | { readonly env: string }
  readonly protected?: boolean
  readonly readOnly?: boolean
}

export interface Config {
  /** The file; `undefined` when there is none. */
  readonly path: string | undefined
  /** The profile when none is asked for. */
  readonly profile?: string | undefined
  readonly profiles: Readonly<Record<string, ProfileConfig>>
  /** Of `set --save`. */
  readonly options: Readonly<Record<string, string | boolean>>
}

export type ConfigOwner = "user" | "project"

/** Options that files and `set` may give, besides those of one line. All are flags, too. */
export const optionNames = ["output", "utc", "quiet", "verbose", "no-color", "no-input", "timeout"] as const
export type OptionName = (typeof optionNames)[number]

export const noConfig: Config = { path: undefined, profiles: {}, options: {} }

const texts = ["url", "eventUrl", "env"] as const
const switches = ["protected", "readOnly"] as const

/**
 * @param path named in every error; a value never is, for it may be a key that does not belong there.
 * @throws CommandError `config`
 */
export function parseConfig(text: string, path: string, owner: ConfigOwner): Config {
  const value = parseJson(text, path)
  const root = record(value, "", path)
  only(root, ["profile", "profiles", "options"], "", path)
  const profiles: Record<string, ProfileConfig> = {}
  for (const [name, entry] of Object.entries(record(root.profiles ?? {}, "profiles", path))) {
    // It stands in prompts, questions and file names.
    if (!isProfileName(name)) throw broken(path, "profiles", `has a name that is none: letters, digits, - . and _`)
    own(profiles, name, parseProfile(record(entry, `profiles.${name}`, path), `profiles.${name}`, path, owner))
  }
  const options: Record<string, string | boolean> = {}
  const given = record(root.options ?? {}, "options", path)
  only(given, optionNames, "options", path)
  for (const [name, option] of Object.entries(given)) {
    if (typeof option !== "string" && typeof option !== "boolean")
      throw broken(path, `options.${name}`, "must be a text, true or false")
    own(options, name, option)
  }
  if (root.profile !== undefined && typeof root.profile !== "string") throw broken(path, "profile", "must be a name")
  if (owner === "project") {
    const redefined = Object.keys(profiles).find((name) => name === "prod")
    if (redefined !== undefined || root.profile === "prod")
      throw broken(path, "prod", "is Inngest's cloud, and no project can change that or choose it for you")
  }
  return { path, profiles, options, ...(root.profile === undefined ? {} : { profile: root.profile }) }
}

function parseProfile(value: Record<string, unknown>, at: string, path: string, owner: ConfigOwner): ProfileConfig {
  only(value, [...texts, ...switches, ...keyNames, "store"], at, path)
  const profile: Record<string, unknown> = {}
  for (const name of texts) {
    if (value[name] === undefined) continue
    if (typeof value[name] !== "string") throw broken(path, `${at}.${name}`, "must be a text")
    if (owner === "project" && name !== "env" && isCloud(value[name]))
      throw broken(path, `${at}.${name}`, "is Inngest's cloud, which only a profile of your own may name")
    if (hasPassword(value[name])) throw broken(path, `${at}.${name}`, "holds a password; keys are named, not written")
    profile[name] = value[name]
  }
  for (const name of switches) {
    if (value[name] === undefined) continue
    if (typeof value[name] !== "boolean") throw broken(path, `${at}.${name}`, "must be true or false")
    profile[name] = value[name]
  }
  for (const name of keyNames) {
    if (value[name] === undefined) continue
    if (owner === "project") throw broken(path, `${at}.${name}`, "a project's file holds no keys and no commands")
    profile[name] = parseKey(value[name], `${at}.${name}`, path)
  }
  if (value.store !== undefined) profile.store = parseStore(value.store, `${at}.store`, path, owner)
  return profile
}

function parseKey(value: unknown, at: string, path: string): KeyReference {
  const hint = 'a key does not stand in a file: {"env": "NAME"} or {"command": "op read …"} say where it is'
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw broken(path, at, hint)
  const entries = Object.entries(value)
  const [[kind, text] = []] = entries
  if (entries.length !== 1 || typeof text !== "string" || text === "") throw broken(path, at, hint)
  if (kind === "env") return { env: text }
  if (kind === "command") return { command: text }
  throw broken(path, at, kind === "keychain" ? "keychains are not read yet" : hint)
}

function parseStore(value: unknown, at: string, path: string, owner: ConfigOwner): ProfileConfig["store"] {
  if (typeof value === "string") {
    if (hasPassword(value))
      throw broken(
        path,
        at,
        `holds a password${owner === "user" ? ': {"env": "NAME"} names a variable that has it' : ""}`,
      )
    return value
  }
  const { env } = record(value, at, path)
  if (owner === "project" || typeof env !== "string") throw broken(path, at, "must be a text such as sqlite:states.db")
  return { env }
}

/** `redis://user:***@host` */
export function maskPassword(url: string): string {
  return hasPassword(url) ? url.replace(/:[^/:@]+@/, ":***@") : url
}

export function isProfileName(name: string): boolean {
  return /^[a-zA-Z0-9][\w.-]{0,63}$/.test(name)
}

function isCloud(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : ""
  return /(?:^|\.)(?:inngest\.com|inn\.gs)$/.test(host)
}

/** `user:password@` of a URL. */
export function hasPassword(url: string): boolean {
  return /^[a-z][a-z\d+.-]*:\/\/[^/\s@]*:[^/\s]+@/i.test(url)
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's own message quotes what it read.
    throw new CommandError("config", `${path}: is no JSON`, { cause })
  }
}

function record(value: unknown, at: string, path: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw broken(path, at, "must be an object")
}

function only(value: object, names: readonly string[], at: string, path: string): void {
  const unknown = Object.keys(value).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw broken(path, at === "" ? unknown : `${at}.${unknown}`, `is none of ${names.join(", ")}`)
}

/** Defined, not assigned: `__proto__` is a name like any other. */
function own(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}

function broken(path: string, at: string, why: string): CommandError {
  return new CommandError("config", `${path}${at === "" ? "" : `: ${at}`}: ${why}`)
}
