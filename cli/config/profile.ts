/**
 * Which server is meant, with which keys, and how careful to be: flag, then environment, then the project's file, then the user's, then the
 * default. Nothing is asked yet, and no key is read.
 *
 * K1  A key goes to this machine, to Inngest's own hosts, and to origins that the user named: in a profile of his own, by a flag, by a variable.
 * K2  The keys of a profile go to the origins of that profile alone.
 * K3  A project's file can make the shell more careful, never less, and can't take the name of a profile of the user's.
 */
import { CommandError } from "../command-error.ts"
import { nearest } from "../grammar/nearest.ts"
import { type Target, findTarget } from "../target.ts"
import type { Configs } from "./config-files.ts"
import { type KeyName, type KeyReference, type ProfileConfig, keyNames } from "./config.ts"
import { cloudApiURL, cloudEventURL, mayHoldKeys } from "./keys.ts"

type Env = Readonly<Record<string, string | undefined>>

/** A value and the flag, variable or file that gave it. */
export interface Sourced<T> {
  readonly value: T
  readonly source: string
}

export interface Profile {
  readonly name: string
  readonly nameSource: string
  readonly target: Target
  /** Branch environment. */
  readonly env: Sourced<string> | undefined
  readonly keys: Readonly<Record<KeyName, Sourced<KeyReference>>>
  /** Why no key goes to this server; `undefined`: they do. */
  readonly withheld: string | undefined
  /** The setting that says so. */
  readonly readOnly: string | undefined
  readonly protection: string | undefined
  /** Other than the server's own. */
  readonly store: Sourced<string> | undefined
}

export interface ProfileRequest {
  readonly profile?: string | undefined
  /** What asked for it: `--profile`, `use`. */
  readonly profileSource?: string
  readonly url?: string | undefined
  readonly env?: string | undefined
  readonly store?: string | undefined
  readonly isReadOnly?: boolean
}

export const defaultProfile = "dev"

const variables: Readonly<Record<KeyName, string>> = {
  eventKey: "INNGEST_EVENT_KEY",
  signingKey: "INNGEST_SIGNING_KEY",
  signingKeyFallback: "INNGEST_SIGNING_KEY_FALLBACK",
}

const builtIn: Readonly<Record<string, ProfileConfig>> = {
  dev: {},
  prod: { url: cloudApiURL },
}

/** Where a profile is defined. A name of the user's hides the project's. */
interface Definition {
  readonly config: ProfileConfig
  readonly owner: "user" | "project" | "built-in"
}

/** @throws CommandError `usage` for a profile that there is none of, `config` for a setting that is none. */
export async function resolveProfile(given: ProfileRequest, env: Env, configs: Configs): Promise<Profile> {
  const chosen = choose(given, env)
  const name = chosen?.value ?? configs.project.profile ?? configs.user.profile ?? defaultProfile
  const nameSource =
    chosen?.source ??
    (configs.project.profile === undefined ? undefined : configs.project.path) ??
    (configs.user.profile === undefined ? undefined : configs.user.path) ??
    "default"
  const definition = define(name, configs)
  if (definition === undefined) throw await unknownProfile(name, nameSource, configs)
  const { config, owner } = definition
  const own = configs.project.profiles
  // K3
  const shadow = owner !== "project" && Object.hasOwn(own, name) ? own[name] : undefined

  const isChosen = chosen !== undefined
  const { target, isOfProfile } = aim({ name, config, isChosen, url: given.url, env })
  const branch = pick(
    [given.env, "--env"],
    ...(isChosen ? [[config.env, `profile ${name}`] as const] : []),
    [env.INNGEST_ENV, "INNGEST_ENV"],
    [config.env, `profile ${name}`],
  )
  const store = pick(
    [given.store, "--store"],
    [env.INNGEST_REPL_STORE, "INNGEST_REPL_STORE"],
    // A server that was named some other way has its own state.
    isOfProfile
      ? [storeOf(config, env, name), owner === "project" ? (configs.project.path ?? "") : `profile ${name}`]
      : [undefined, ""],
    isOfProfile ? [storeOf(shadow ?? {}, env, name), configs.project.path ?? ""] : [undefined, ""],
  )
  return {
    name,
    nameSource,
    target,
    env: branch,
    keys: keysOf(config, isOfProfile, name),
    withheld: withheldFrom(target, namedOrigins(given, env, configs), configs),
    readOnly: pick(
      [given.isReadOnly, "--read-only"],
      [/^(1|true|yes|on)$/i.test(env.INNGEST_REPL_READ_ONLY ?? ""), "INNGEST_REPL_READ_ONLY"],
      [config.readOnly, `profile ${name}`],
      [shadow?.readOnly, configs.project.path ?? ""],
    )?.source,
    protection: protectionOf({ config, shadow, target, name, isBranch: branch !== undefined, owner }),
    store,
  }
}

function choose({ profile, profileSource = "--profile" }: ProfileRequest, env: Env): Sourced<string> | undefined {
  return pick([profile, profileSource], [env.INNGEST_REPL_PROFILE, "INNGEST_REPL_PROFILE"])
}

/** The first that is given: not `undefined`, not empty, not `false`. */
function pick<T>(...candidates: readonly (readonly [T | undefined, string])[]): Sourced<T> | undefined {
  const [value, source = ""] = candidates.find(([each]) => each !== undefined && each !== "" && each !== false) ?? []
  return value === undefined ? undefined : { value, source }
}

function define(name: string, { user, project }: Configs): Definition | undefined {
  if (Object.hasOwn(user.profiles, name)) return { config: user.profiles[name] ?? {}, owner: "user" }
  if (Object.hasOwn(project.profiles, name)) return { config: project.profiles[name] ?? {}, owner: "project" }
  if (Object.hasOwn(builtIn, name)) return { config: builtIn[name] ?? {}, owner: "built-in" }
  return undefined
}

/** Names with who defined them, those of the user's first. */
export function profileNames({ user, project }: Configs): { name: string; owner: Definition["owner"] }[] {
  const all = [
    ...Object.keys(builtIn).map((name) => ({ name, owner: "built-in" as const })),
    ...Object.keys(user.profiles).map((name) => ({ name, owner: "user" as const })),
    ...Object.keys(project.profiles).map((name) => ({ name, owner: "project" as const })),
  ]
  const byName = new Map<string, Definition["owner"]>()
  for (const { name, owner } of all) if (byName.get(name) !== "user") byName.set(name, owner)
  return [...byName].map(([name, owner]) => ({ name, owner }))
}

async function unknownProfile(name: string, source: string, configs: Configs): Promise<CommandError> {
  const names = profileNames(configs).map((each) => each.name)
  const near = await nearest(name, names)
  return new CommandError("usage", `no profile is called "${name}" (from ${source})`, {
    hint: near === undefined ? `There is  ${names.join(", ")}` : `Did you mean  ${near} ?`,
  })
}

/** @returns `isOfProfile`: the profile itself says where; else a flag or a variable does. */
function aim(settings: { name: string; config: ProfileConfig; isChosen: boolean; url: string | undefined; env: Env }): {
  target: Target
  isOfProfile: boolean
} {
  const { name, config, isChosen, url, env } = settings
  if (url !== undefined) return { target: findTarget(url, {}), isOfProfile: false }
  if (!isChosen) {
    const target = findTarget(undefined, env)
    if (target.kind === "named") return { target, isOfProfile: false }
  }
  if (config.url === undefined) return { target: { kind: "default" }, isOfProfile: true }
  const apiURL = normalize(config.url, name)
  const eventURL =
    config.eventUrl === undefined ? (apiURL === cloudApiURL ? cloudEventURL : apiURL) : normalize(config.eventUrl, name)
  const source = `profile ${name}`
  return { target: { kind: "named", apiURL, eventURL, apiSource: source, eventSource: source }, isOfProfile: true }
}

function normalize(url: string, name: string): string {
  try {
    const target = findTarget(url, {})
    if (target.kind === "named") return target.apiURL
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause
    throw new CommandError("config", cause.message.replace(/^--url/, `profile ${name}`), { hint: cause.hint, cause })
  }
  throw new CommandError("config", `profile ${name}: its url is none`)
}

function keysOf(config: ProfileConfig, isOfProfile: boolean, name: string): Profile["keys"] {
  const keys = keyNames.map((key) => {
    // K2
    const reference = isOfProfile ? config[key] : undefined
    const variable = variables[key]
    return [
      key,
      reference === undefined
        ? { value: { env: variable }, source: variable }
        : { value: reference, source: `profile ${name}` },
    ] as const
  })
  return Object.fromEntries(keys) as unknown as Profile["keys"]
}

/** K1: what the user said himself. */
function namedOrigins({ url }: ProfileRequest, env: Env, { user }: Configs): ReadonlySet<string> {
  const urls = [
    url,
    env.INNGEST_BASE_URL,
    env.INNGEST_API_BASE_URL,
    env.INNGEST_EVENT_API_BASE_URL,
    env.INNGEST_DEV,
    ...Object.values(user.profiles).flatMap((profile) => [profile.url, profile.eventUrl]),
  ]
  return new Set(urls.flatMap((each) => (each !== undefined && URL.canParse(each) ? [new URL(each).origin] : [])))
}

function withheldFrom(target: Target, named: ReadonlySet<string>, { project }: Configs): string | undefined {
  if (target.kind === "default") return undefined
  const stranger = [target.apiURL, target.eventURL].find((url) => !mayHoldKeys(url, named))
  if (stranger === undefined) return undefined
  return `only ${project.path ?? "a project's file"} names ${new URL(stranger).origin}, so no key goes there`
}

function protectionOf(settings: {
  config: ProfileConfig
  shadow: ProfileConfig | undefined
  target: Target
  name: string
  isBranch: boolean
  owner: Definition["owner"]
}): string | undefined {
  const { config, shadow, target, name, isBranch, owner } = settings
  if (config.protected === true) return `profile ${name}`
  if (shadow?.protected === true) return "the project's file"
  const isCloud = target.kind === "named" && [target.apiURL, target.eventURL].some(isCloudURL)
  if (!isCloud || isBranch) return undefined
  // K3
  return owner === "user" && config.protected === false ? undefined : "Inngest's production"
}

function isCloudURL(url: string): boolean {
  return url === cloudApiURL || url === cloudEventURL
}

function storeOf({ store }: ProfileConfig, env: Env, name: string): string | undefined {
  if (store === undefined || typeof store === "string") return store
  const value = env[store.env]
  if (value) return value
  throw new CommandError("config", `profile ${name}: its store is in ${store.env}, which is not set`)
}
