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
  readonly history: string
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
    history: join(state, "dev.history"),
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
