import type { RunFilters, RunsListOptions } from "../src/index.ts"
import type { FlagValues } from "./flag.ts"
import { quoteWord } from "./grammar/tokenize.ts"
import type { RunQuery } from "./where.ts"

/** `--status`, `--fn`, `--app`, `--since`, `--until` → what the client filters by. */
export function runFilters(flags: FlagValues): RunFilters {
  const status = flags.all("status") as NonNullable<RunsListOptions["status"]>
  const [sinceMs, untilMs] = [flags.number("since"), flags.number("until")]
  return {
    status: status.length === 0 ? undefined : status,
    functionId: flags.text("fn"),
    appId: flags.text("app"),
    since: sinceMs === undefined ? undefined : new Date(sinceMs),
    until: untilMs === undefined ? undefined : new Date(untilMs),
  }
}

/** The same with `--where`; `undefined` without it. */
export function whereQuery(flags: FlagValues): RunQuery | undefined {
  const where = flags.text("where")
  if (where === undefined) return undefined
  return {
    where,
    status: flags.all("status"),
    fn: flags.text("fn"),
    app: flags.text("app"),
    sinceMs: flags.number("since"),
    untilMs: flags.number("until"),
  }
}

/** Flags that pick runs. */
export const filterNames = ["status", "fn", "app", "since", "until", "where"] as const

/** The same as flags again. */
export function filterFlags(flags: FlagValues): string[] {
  return filterNames.flatMap((name) => flags.all(name).map((value) => `--${name} ${quoteWord(value)}`))
}
