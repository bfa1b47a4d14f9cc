/** Lines typed before, over all sessions: a file only its owner can read, without secrets. */
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname } from "node:path"

/** Lines that a session starts with; twice as many are kept in the file before it is cut. */
export const historySize = 1_000

export interface History {
  /** Newest first, as readline takes them. */
  readonly lines: readonly string[]
  add(statement: string): Promise<void>
}

/**
 * A history that can't be read or written is none: no reason not to work.
 *
 * @param secrets keys of this session: a line that holds one is not kept.
 */
export async function openHistory(file: string, secrets: readonly string[] = []): Promise<History> {
  const stored = await readFile(file, "utf8").catch(() => "")
  const all = stored.split("\n").filter((line) => line !== "")
  if (all.length > historySize * 2)
    await writeFile(file, `${all.slice(-historySize).join("\n")}\n`, { mode: 0o600 }).catch(() => {})
  const lines = all.slice(-historySize).toReversed()
  return {
    lines,
    async add(statement) {
      const line = toHistoryLine(statement)
      if (line === undefined || line === lines[0] || secrets.some((secret) => line.includes(secret))) return
      lines.unshift(line)
      lines.length = Math.min(lines.length, historySize)
      await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(() => {})
      await appendFile(file, `${line}\n`, { mode: 0o600 }).catch(() => {})
    },
  }
}

/** Names of members and flags whose values nobody wants on disk, keys as Inngest writes them, and passwords in URLs. */
const secretPattern = new RegExp(
  [
    String.raw`(?:\bpass|pass(?:word|wd|phrase|code)|pwd|secret|token|credentials?|cookie|bearer|authorization|jwt|${["api", "event", "signing", "private", "access"].map((what) => `${what}[-_]?key`).join("|")})["']?\s*:?[=:]`,
    String.raw`--[\w-]*(?:key|secret|token|password)\s`,
    "signkey-",
    String.raw`\bbearer\s`,
    String.raw`:\/\/[^/\s:@]*:[^/\s@]+@`,
  ].join("|"),
  "i",
)

/**
 * A statement on one line, comments taken out; `undefined` for what is not kept: secrets, and what begins with a blank, as in other shells.
 */
export function toHistoryLine(statement: string): string | undefined {
  if (/^\s/.test(statement) || secretPattern.test(statement)) return undefined
  if (!statement.includes("\n")) return statement.trimEnd()
  return statement
    .replace(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*/g, (_part, text: string | undefined) => text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ")
}
