/**
 * Ids as people type them: whole, `_` for the one shown last, or enough of the start or the end of one. Never a guess.
 *
 * Events have two: the server's, and the one that the sender may have given; both are found. Any text can be a workflow's id, so here that is
 * itself; load-workflow.ts finds out whether it is a part of one.
 */
import { CommandError, usageError } from "./command-error.ts"
import { renderAge } from "./render/time.ts"
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
export const askedSize = 1_000

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i

/** @throws CommandError `usage` when it stands for several; `not-found` when `_` or a part of an id stands for nothing. */
export async function findId(noun: ShownNoun, text: string, lookup: IdLookup): Promise<string> {
  const shown = lookup.session.shown.get(noun) ?? []
  if (text === "_") {
    const [last] = shown
    if (last === undefined) throw usageError(`_ is the ${noun} shown last, and none was shown yet`)
    return last
  }
  if (noun === "workflow") return text
  if (ulid.test(text)) return text.toUpperCase()
  const part = text.toUpperCase()
  const isPart = /^[0-9A-Z]+$/.test(part)
  const near = isPart ? partsOf(shown, part, minShown) : []
  if (near.length > 0) return onlyOne(noun, text, near)
  return noun === "event" ? findEventId(text, part, lookup) : findRunId(text, part, isPart, lookup)
}

async function findRunId(text: string, part: string, isPart: boolean, lookup: IdLookup): Promise<string> {
  // What the server says of it is better than what can be said here.
  if (!isPart) return text
  if (part.length < minShown) throw usageError(`"${text}" is too short for an id: at least ${minAsked} characters`)
  if (part.length < minAsked) return text
  const asked = partsOf(await newestRuns(lookup), part, minAsked)
  if (asked.length > 0) return onlyOne("run", text, asked)
  throw notFound(`no run among the newest ${askedSize} begins or ends in ${text}`, "run")
}

/** The sender's own id counts whole, and before a part of the server's. */
async function findEventId(text: string, part: string, lookup: IdLookup): Promise<string> {
  const newest = await newestEvents(lookup)
  const own = newest.flatMap(({ id, internalId }) => (id === text ? [internalId] : []))
  if (own.length > 0) return onlySent(text, own)
  const ids = newest.map(({ internalId }) => internalId)
  const near = partsOf(ids, part, minAsked)
  if (near.length > 0) return onlyOne("event", text, near)
  const orPart = part.length < minAsked ? "" : `, nor begins or ends in it`
  throw notFound(`no event among the newest ${askedSize} was sent with the id ${text}${orPart}`, "event")
}

/**
 * The event that was sent with an id that looks like one of the server's; `undefined` when none was.
 *
 * @throws CommandError `usage` when several were.
 */
export async function findSentId(text: string, lookup: IdLookup): Promise<string | undefined> {
  const own = (await newestEvents(lookup)).flatMap(({ id, internalId }) => (id === text ? [internalId] : []))
  return own.length === 0 ? undefined : onlySent(text, own)
}

/** Those that begin or end so, and are not the text itself. */
export function partsOf(ids: readonly string[], part: string, minLength: number): string[] {
  if (part.length < minLength) return []
  return ids.filter((id) => id !== part && (id.endsWith(part) || id.startsWith(part)))
}

/**
 * The workflow that a text is a part of the id of; `undefined`: of none.
 *
 * @param newest ids of the newest states, asked for when none that was shown fits.
 * @throws CommandError `usage` when it is a part of several.
 */
export async function findWorkflowPart(
  text: string,
  session: Session,
  newest: () => Promise<readonly string[]>,
): Promise<string | undefined> {
  const shown = partsOf(session.shown.get("workflow") ?? [], text, minShown)
  const near = shown.length > 0 || text.length < minAsked ? shown : partsOf(await newest(), text, minAsked)
  return near.length === 0 ? undefined : onlyOne("workflow", text, near)
}

function notFound(text: string, noun: ShownNoun): CommandError {
  return new CommandError("not-found", `not found: ${text}`, { hint: `Try  ${noun}s` })
}

function onlyOne(noun: ShownNoun, text: string, ids: readonly string[]): string {
  const part = noun === "workflow" ? text : text.toUpperCase()
  const ways = [
    ...(ids.some((id) => id.startsWith(part)) ? ["begin with"] : []),
    ...(ids.some((id) => !id.startsWith(part)) ? ["end in"] : []),
  ]
  return only(ids, `${noun}s ${ways.join(" or ")} ${text}`, "Give more characters")
}

function onlySent(text: string, ids: readonly string[]): string {
  return only(ids, `events were sent with the id ${text}`, "Name one of these")
}

function only(ids: readonly string[], what: string, hint: string): string {
  const [first = "", second] = ids
  if (second === undefined) return first
  const count = ids.length === 2 ? "two" : String(ids.length)
  const shown = ids.slice(0, 3).map(withAge).join(", ")
  throw usageError(`${count} ${what}: ${shown}${ids.length > 3 ? ", …" : ""}`, { hint })
}

/** An id of the server's says when it was made, in its first ten characters. @source https://github.com/ulid/spec */
function withAge(id: string): string {
  if (!ulid.test(id)) return id
  const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
  let timeMs = 0
  for (const character of id.slice(0, 10)) timeMs = timeMs * 32 + digits.indexOf(character)
  return `${id} (${renderAge(new Date(timeMs).toISOString(), Date.now())})`
}

async function newestEvents({ session, signal }: IdLookup): Promise<{ id: string; internalId: string }[]> {
  const client = await session.client()
  const found: { id: string; internalId: string }[] = []
  for await (const { id, internalId } of client.events.list({ signal }))
    if (found.push({ id, internalId }) >= askedSize) break
  return found
}

async function newestRuns({ session, signal }: IdLookup): Promise<string[]> {
  const client = await session.client()
  const ids: string[] = []
  for await (const { id } of client.runs.list({ signal })) if (ids.push(id) >= askedSize) break
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
