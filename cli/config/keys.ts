/** To which hosts keys may go, and what the keys are. */
import { CommandError } from "../command-error.ts"
import type { KeyReference } from "./config.ts"

/** Hosts of Inngest's own. @source the client's defaults for the cloud */
export const cloudApiURL = "https://api.inngest.com"
export const cloudEventURL = "https://inn.gs"

/**
 * Whether a key may go there: to this machine, to Inngest, and to where the user has said it himself.
 *
 * @param named origins of the user's own profiles, flags and variables. Never those of a project's file.
 */
export function mayHoldKeys(url: string, named: ReadonlySet<string>): boolean {
  const { origin, hostname } = new URL(url)
  return isLoopback(hostname) || origin === cloudApiURL || origin === cloudEventURL || named.has(origin)
}

export function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  )
}

/** `signkey-prod-…a91f`: enough to tell two keys apart, and none of them usable. */
export function maskKey(key: string): string {
  const [prefix = ""] = /^signkey-\w+-/.exec(key) ?? []
  return key.length - prefix.length < 12 ? `${prefix}***` : `${prefix}…${key.slice(-4)}`
}

/** What a key is for and where it works, by how Inngest writes them. */
export function keyKind(key: string): string {
  const [, environment] = /^signkey-(\w+)-/.exec(key) ?? []
  return environment === undefined ? "plain" : environment
}

/** How long a command may take that prints a key: a password manager may ask for a finger. */
const patienceMs = 60_000

/**
 * The key itself; `undefined` for a variable that is not set.
 *
 * @throws CommandError `config` when a command fails.
 */
export async function readKey(
  reference: KeyReference,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if ("env" in reference) return env[reference.env] || undefined
  const { exec } = await import("node:child_process")
  const printed = await new Promise<string>((resolve, reject) => {
    exec(reference.command, { timeout: patienceMs, windowsHide: true, encoding: "utf8" }, (error, stdout) => {
      // What it printed may be half of a key.
      if (error === null) resolve(stdout)
      else reject(new CommandError("config", `the command that prints a key ended with ${error.code ?? error.signal}`))
    })
  })
  return printed.trim() || undefined
}

/** Where a key is from, in passing: a command may be long, and who wrote a key into it should not see it everywhere. */
export function briefly(from: string): string {
  return from.startsWith("command ") ? "a command" : from
}

/** `STAGING_KEY`, or the command. */
export function describeReference(reference: KeyReference): string {
  return "env" in reference ? reference.env : `command ${reference.command}`
}
