/** `--store` and a profile's `store` → a store that keeps workflow states. What a driver needs is loaded when it is named. */
import { dirname, isAbsolute, relative, resolve } from "node:path"
import type { WorkflowStore } from "../src/index.ts"
import { CommandError, usageError } from "./command-error.ts"
import type { KeyName } from "./config/config.ts"
import { mayHoldKeys } from "./config/keys.ts"
import type { Profile } from "./config/profile.ts"
import { maskPassword } from "./profile-entry.ts"
import type { OpenStore, SessionKey } from "./session.ts"

export interface StoreContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly profile: Profile
  readonly keys: Readonly<Record<KeyName, SessionKey>>
}

export interface ClosableStore extends OpenStore {
  close?: () => Promise<void>
}

const kinds = "sqlite:path, postgres://…, redis://…, fs:path or http(s)://…"

/** @throws CommandError for a text that names none, and for a package that is not installed. */
export async function openStore(
  { value, source }: NonNullable<Profile["store"]>,
  context: StoreContext,
): Promise<ClosableStore> {
  const [, scheme = "", rest = ""] = /^([a-z]+):(.*)$/is.exec(value) ?? []
  const name = maskPassword(value)
  switch (scheme.toLowerCase()) {
    case "http":
    case "https":
      return { store: await openHttp(value, source, context), name }
    case "sqlite":
    case "fs":
    case "postgres":
    case "postgresql":
    case "redis":
    case "rediss":
      throw new CommandError("unsupported", `${scheme}: this kind of store is not there yet`)
    default:
      throw usageError(`${source}: "${name}" is no store: ${kinds}`, {
        hint: rest === "" ? `For a file:  sqlite:${value}` : undefined,
      })
  }
}

/** The event key goes along as the Go store sends it, where a key may go at all: a project's file names no place for keys. */
async function openHttp(value: string, source: string, { keys, profile }: StoreContext): Promise<WorkflowStore> {
  if (!URL.canParse(value)) throw usageError(`${source}: "${value}" is no URL`)
  const isOwn = source === "--store" || source.startsWith("INNGEST_") || source === `profile ${profile.name}`
  const named = new Set(isOwn && profile.withheld === undefined ? [new URL(value).origin] : [])
  const { httpStore } = await import("../src/store/index.ts")
  return httpStore({ baseURL: value, eventKey: mayHoldKeys(value, named) ? keys.eventKey.value : undefined })
}

/**
 * A path as its source means it: from where the shell runs, or from where the project's file lies, and then not out of there.
 *
 * @throws CommandError
 */
export function resolveStorePath(path: string, source: string): string {
  if (!source.endsWith(".json")) return resolve(path)
  const directory = dirname(source)
  const found = resolve(directory, path)
  const inside = relative(directory, found)
  if (inside.startsWith("..") || isAbsolute(inside))
    throw new CommandError("config", `${source}: a project's store lies in the project, and ${path} does not`)
  return found
}
