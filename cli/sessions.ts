/** The sessions of a process: the one that lines are for, and those that single lines or `use` have asked for. */
import { type Configs, readConfigs } from "./config/config-files.ts"
import { type Profile, type ProfileRequest, resolveProfile } from "./config/profile.ts"
import type { ConnectOptions } from "./connect.ts"
import { type Session, createSession } from "./session.ts"

export interface Sessions {
  readonly current: Session
  /** All that were opened, the current one among them. */
  readonly opened: readonly Session[]
  /** What the process was started with, or `use` has set. */
  readonly request: ProfileRequest
  /** The files, read when the process began and after each change by it. */
  readonly configs: Configs
  readonly env: Readonly<Record<string, string | undefined>>
  readConfigs(): Configs
  resolve(request: ProfileRequest): Promise<Profile>
  /** The session of a request: the one that is there, or a new one. It lives as long as the process. */
  open(request: ProfileRequest): Promise<Session>
  /** Lines go there from now on. */
  use(request: ProfileRequest): Promise<Session>
  close(): Promise<void>
}

export interface SessionsOptions extends ConnectOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where a project's file is looked for. */
  readonly projectDirectory: string | undefined
}

/**
 * @param given in place of what the files say.
 * @throws CommandError `config`, `usage`
 */
export async function createSessions(
  request: ProfileRequest,
  options: SessionsOptions,
  given?: Configs,
): Promise<Sessions> {
  const { env, directories, projectDirectory } = options
  const opened = new Map<string, Session>()
  let configs = given ?? readConfigs(directories.config, projectDirectory)
  let base = request
  let current = await open(request)
  return {
    get current() {
      return current
    },
    get opened() {
      return [...opened.values()]
    },
    get request() {
      return base
    },
    get configs() {
      return configs
    },
    env,
    readConfigs: () => (configs = readConfigs(directories.config, projectDirectory)),
    resolve: (asked) => resolveProfile(asked, env, configs),
    open,
    async use(asked) {
      current = await open(asked)
      base = asked
      return current
    },
    async close() {
      await Promise.all([...opened.values()].map((session) => session.close()))
    },
  }

  async function open(asked: ProfileRequest): Promise<Session> {
    const profile = await resolveProfile(asked, env, configs)
    const key = JSON.stringify(profile)
    const session = opened.get(key) ?? createSession(profile, options)
    opened.set(key, session)
    return session
  }
}
