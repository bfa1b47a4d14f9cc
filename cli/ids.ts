/** Ids as people type them: whole, `_` for the one shown last, or enough of the start or the end of one. Never a guess. */
import { CommandError, usageError } from "./command-error.ts"
import type { Session, ShownNoun } from "./session.ts"

export interface IdLookup {
  readonly session: Session
  readonly signal: AbortSignal
}

/** Of ids that were shown in this session. */
const minShown = 4

/** Of ids that are asked for. */
const minAsked = 6

/** The newest of a noun that are looked through. */
const askedSize = 1_000

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/i

/** @throws CommandError `usage` when several end or begin so; `not-found` when `_` or a part of an id stands for nothing. */
export async function findId(noun: ShownNoun, text: string, lookup: IdLookup): Promise<string> {
  const { session } = lookup
  const shown = session.shown.get(noun) ?? []
  if (text === "_") {
    const [last] = shown
    if (last === undefined) throw usageError(`_ is the ${noun} shown last, and none was shown yet`)
    return last
  }
  // Any text can be a workflow's id, so a part of one means itself.
  if (noun === "workflow") return text
  if (ulid.test(text)) return text.toUpperCase()
  const part = text.toUpperCase()
  const fits = (id: string): boolean => id.endsWith(part) || id.startsWith(part)
  const isPart = /^[0-9A-Z]+$/.test(part)
  const near = isPart && part.length >= minShown ? shown.filter(fits) : []
  if (near.length > 0) return onlyOne(noun, text, near)
  if (!isPart || part.length < minAsked) {
    if (isPart && part.length < minShown)
      throw usageError(`"${text}" is too short for an id: at least ${minAsked} characters`)
    // What the server says of it is better than what can be said here.
    return text
  }
  const asked = (await newest(noun, lookup)).filter(fits)
  if (asked.length > 0) return onlyOne(noun, text, asked)
  throw new CommandError("not-found", `not found: no ${noun} among the newest ${askedSize} begins or ends in ${text}`, {
    hint: `Try  ${noun}s`,
  })
}

function onlyOne(noun: ShownNoun, text: string, ids: readonly string[]): string {
  const [first = "", second] = ids
  if (second === undefined) return first
  const count = ids.length === 2 ? "two" : String(ids.length)
  const shown = ids.slice(0, 3).join(", ")
  throw usageError(`${count} ${noun}s begin or end in ${text}: ${shown}${ids.length > 3 ? ", …" : ""}`, {
    hint: "Give more characters",
  })
}

async function newest(noun: Exclude<ShownNoun, "workflow">, { session, signal }: IdLookup): Promise<string[]> {
  const client = await session.client()
  const ids: string[] = []
  if (noun === "event") {
    for await (const { internalId } of client.events.list({ signal })) if (ids.push(internalId) >= askedSize) break
  } else for await (const { id } of client.runs.list({ signal })) if (ids.push(id) >= askedSize) break
  return ids
}

/** Several ids, those of stdin included where `-` stands, each once. */
export async function readIds(
  noun: ShownNoun,
  operands: readonly string[],
  { readStdin, title, ...lookup }: IdLookup & { readStdin: () => Promise<string>; title: string },
): Promise<string[]> {
  const ids: string[] = []
  for (const operand of operands) {
    if (operand === "-") ids.push(...(await readStdin()).split(/\r?\n/).filter((line) => line !== ""))
    else ids.push(await findId(noun, operand, lookup))
  }
  if (ids.length === 0) throw usageError(`${title}: stdin holds no id`)
  return [...new Set(ids)]
}
