/** Where the shell keeps what is its own. */
import { homedir } from "node:os"
import { join } from "node:path"

export interface Directories {
  /** History, and the data of the embedded server. */
  readonly state: string
  /** The variable that named it; `undefined` for the platform's own place. */
  readonly source: "INNGEST_REPL_STATE_DIR" | undefined
  /** Data of the embedded server. */
  readonly data: string
  /** Lines typed in a profile. */
  historyOf(profile: string): string
  /** Texts of `workflow edit` that could not be saved. */
  readonly edits: string
  /** The user's own configuration. */
  readonly config: string
}

/** @source https://specifications.freedesktop.org/basedir-spec/latest/, and the usual places of macOS and Windows */
export function findDirectories(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Directories {
  const named = env.INNGEST_REPL_STATE_DIR
  const state = named || join(stateHome(env, platform), "inngest-repl")
  return {
    state,
    source: named ? "INNGEST_REPL_STATE_DIR" : undefined,
    data: join(state, "dev"),
    historyOf: (profile) => join(state, `${profile.replaceAll(/[^\w.-]/g, "_")}.history`),
    edits: join(state, "edits"),
    config: env.INNGEST_REPL_CONFIG || join(configHome(env, platform), "inngest-repl", "config.json"),
  }
}

function configHome(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  if (env.XDG_CONFIG_HOME) return env.XDG_CONFIG_HOME
  switch (platform) {
    case "win32":
      return env.APPDATA || join(homedir(), "AppData", "Roaming")
    case "darwin":
      return join(homedir(), "Library", "Application Support")
    default:
      return join(homedir(), ".config")
  }
}

function stateHome(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  if (env.XDG_STATE_HOME) return env.XDG_STATE_HOME
  switch (platform) {
    case "win32":
      return env.LOCALAPPDATA || join(homedir(), "AppData", "Local")
    case "darwin":
      return join(homedir(), "Library", "Application Support")
    default:
      return join(homedir(), ".local", "state")
  }
}
