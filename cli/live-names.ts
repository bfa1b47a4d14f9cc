/**
 * Names that only the server knows, for TAB. They are cached, a server gets 300 ms, and one that does not answer in time is asked on behind
 * the line: the next TAB has them. No error of it is ever shown.
 */
import type { Completes } from "./completes.ts"
import { profileNames } from "./config/profile.ts"
import { optionNames } from "./config/config.ts"
import { shells } from "./shell-completion.ts"
import { fieldNames } from "./field-names.ts"
import type { Session } from "./session.ts"
import type { Sessions } from "./sessions.ts"

export interface LiveNames {
  /** In 300 ms at most. @param title of the command, for what is of its results. */
  of(kind: Completes, title?: string): Promise<readonly string[]>
}

const patienceMs = 300
const freshMs = 10_000

/** Looked through for names. */
const looked = 50

export function createLiveNames(sessions: Sessions, now: () => number = Date.now): LiveNames {
  const cache = new Map<string, { readonly names: Promise<readonly string[]>; readonly atMs: number }>()
  /** The last that was known, for when a fresh look takes too long. */
  const known = new Map<string, readonly string[]>()

  return {
    async of(kind, title = "") {
      switch (kind) {
        case "field":
          return fieldNames(title)
        case "profile":
          return profileNames(sessions.configs).map(({ name }) => name)
        case "option":
          return optionNames
        case "method":
          return ["GET", "POST", "PUT", "DELETE"]
        case "shell":
          return shells
        default:
          return asked(kind, sessions.current)
      }
    },
  }

  async function asked(kind: Completes, session: Session): Promise<readonly string[]> {
    const key = `${session.profile.name} ${JSON.stringify(session.profile.target)} ${kind}`
    const cached = cache.get(key)
    if (cached === undefined || now() - cached.atMs > freshMs) {
      const names = ask(kind, session).then(
        (found) => {
          known.set(key, found)
          return found
        },
        () => known.get(key) ?? [],
      )
      cache.set(key, { names, atMs: now() })
    }
    const before = known.get(key) ?? []
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<readonly string[]>((resolve) => {
      timer = setTimeout(() => resolve(before), patienceMs)
      timer.unref()
    })
    const found = await Promise.race([cache.get(key)?.names ?? Promise.resolve(before), tooLate])
    clearTimeout(timer)
    return found
  }
}

async function ask(kind: Completes, session: Session): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(5_000)
  const shown = kind === "event" || kind === "run" || kind === "workflow" ? (session.shown.get(kind) ?? []) : []
  const client = await session.client()
  const unique = (names: readonly string[]): string[] => [...new Set([...shown, ...names])]
  switch (kind) {
    case "event-name": {
      const [events, functions] = await Promise.allSettled([
        client.events.list({ limit: looked, signal }),
        client.functions.list({ signal }),
      ])
      const sent = events.status === "fulfilled" ? events.value.data.map(({ name }) => name) : []
      const listened =
        functions.status === "fulfilled"
          ? functions.value.data.flatMap(({ triggers }) =>
              triggers.flatMap(({ type, value }) => (type === "event" && !value.includes("*") ? [value] : [])),
            )
          : []
      return unique([...sent, ...listened])
    }
    case "event":
      return unique((await client.events.list({ limit: looked, signal })).data.map(({ internalId }) => internalId))
    case "run":
      return unique((await client.runs.list({ limit: looked, signal })).data.map(({ id }) => id))
    case "function":
      return (await client.functions.list({ signal })).data.map(({ slug }) => slug)
    case "app":
      return (await client.apps.list({ signal })).data.map(({ id }) => id)
    case "workflow": {
      const { store } = await session.store()
      return unique((await store.list({ limit: looked, signal })).data.map(({ workflowId }) => workflowId))
    }
    case "any": {
      const found = await Promise.allSettled((["run", "event", "workflow"] as const).map((each) => ask(each, session)))
      return found.flatMap((each) => (each.status === "fulfilled" ? each.value : []))
    }
    default:
      return []
  }
}
