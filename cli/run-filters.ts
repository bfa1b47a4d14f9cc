import type { RunFilters, RunsListOptions } from "../src/index.ts"
import type { FlagValues } from "./flag.ts"
import { quoteWord } from "./grammar/tokenize.ts"

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

/** The same as flags again. */
export function filterFlags(flags: FlagValues): string[] {
  return ["status", "fn", "app", "since", "until"].flatMap((name) =>
    flags.all(name).map((value) => `--${name} ${quoteWord(value)}`),
  )
}
