/** Where the configuration is, read and written. */
import { dirname, join, parse } from "node:path"
import { CommandError } from "../command-error.ts"
import { type Config, noConfig, parseConfig } from "./config.ts"

// An import makes Node load all that this module could ever give, streams and promises too: a fifth of the start of a command.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = process.getBuiltinModule("node:fs")

export const projectFileName = "inngest-repl.config.json"

export interface Configs {
  readonly user: Config
  readonly project: Config
}

/**
 * @param userFile the user's own.
 * @param directory where the nearest project's file is looked for, upwards.
 * @throws CommandError `config` for a file that can't be understood.
 */
export function readConfigs(userFile: string, directory: string | undefined): Configs {
  return { user: read(userFile, "user") ?? noConfig, project: readNearest(directory) ?? noConfig }
}

function readNearest(start: string | undefined): Config | undefined {
  if (start === undefined) return undefined
  const { root } = parse(start)
  for (let directory = start; ; directory = dirname(directory)) {
    const found = read(join(directory, projectFileName), "project")
    if (found !== undefined || directory === root) return found
  }
}

function read(path: string, owner: "user" | "project"): Config | undefined {
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === "ENOENT" || code === "ENOTDIR") return undefined
    // One that others may not read is another's, and nothing to this user.
    if (owner === "project" && code === "EACCES") return undefined
    throw new CommandError("config", `${path}: ${message}`, { cause })
  }
  return parseConfig(text, path, owner)
}

/**
 * Change the user's file. It is read again for that, so that what another shell has just written stays.
 *
 * @throws CommandError `config`
 */
export function changeUserConfig(userFile: string, change: (config: Config) => Omit<Config, "path">): void {
  const { profile, profiles, options } = change(read(userFile, "user") ?? noConfig)
  const next = {
    ...(profile === undefined ? {} : { profile }),
    ...(Object.keys(profiles).length === 0 ? {} : { profiles }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  }
  const text = `${JSON.stringify(next, null, 2)}\n`
  // It is read back in the same way, so nothing is written that would keep the shell from starting.
  parseConfig(text, userFile, "user")
  try {
    mkdirSync(dirname(userFile), { recursive: true, mode: 0o700 })
    const fresh = `${userFile}.${process.pid}`
    writeFileSync(fresh, text, { mode: 0o600 })
    renameSync(fresh, userFile)
  } catch (cause) {
    throw new CommandError("config", `${userFile}: can't be written`, { cause })
  }
}
