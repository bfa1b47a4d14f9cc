/** Commands about functions, their runs and their apps. */
import type { CommandSpec, OperandSpec } from "../command.ts"
import type { FlagSpec } from "../flag.ts"

const filters: readonly FlagSpec[] = [
  {
    name: "status",
    kind: "choice",
    values: ["running", "queued", "completed", "failed", "cancelled", "skipped"],
    synonyms: { canceled: "cancelled" },
    hint: "status",
    repeats: true,
    summary: "only this status; may be repeated",
  },
  { name: "fn", kind: "text", hint: "function", completes: "function", summary: "only runs of this function" },
  { name: "app", kind: "text", hint: "app", completes: "app", summary: "only runs of this app" },
  { name: "since", kind: "time", hint: "time", summary: "queued from here on: 15m, 2h, 3d (ago), today" },
  { name: "until", kind: "time", hint: "time", summary: "queued up to here" },
]

const where: FlagSpec = {
  name: "where",
  kind: "text",
  hint: "CEL",
  summary: "only runs that this is true of: event.data.id == 7, output.ok == false",
}

const runId: OperandSpec = {
  name: "id",
  summary: "whole, or enough of its end; _ is the last one seen",
  completes: "run",
}
const runIds: OperandSpec = {
  name: "id",
  summary: "whole, or enough of its end; _ is the last one seen, - reads ids from stdin",
  completes: "run",
  repeats: true,
}
const every: FlagSpec = { name: "every", kind: "duration", hint: "duration", summary: "how often to look (1s)" }
const max: FlagSpec = {
  name: "max",
  kind: "integer",
  hint: "n",
  min: 1,
  max: 10_000,
  summary: "refuse when it would be more than so many (100)",
}

export const runCommands: readonly CommandSpec[] = [
  {
    name: ["runs", "list"],
    aliases: ["ls"],
    isDefault: true,
    summary: "runs of functions, the last queued first",
    effect: "read",
    flags: [
      ...filters,
      where,
      { name: "limit", kind: "integer", hint: "n", min: 1, max: 10_000, summary: "at most so many (20)" },
      { name: "all", kind: "switch", summary: "every one" },
      { name: "cursor", kind: "text", hint: "cursor", summary: "from the page before" },
    ],
    examples: [
      "runs --status failed --since 2h",
      "runs --fn ship-order --limit 5 -o id",
      "runs --where 'event.data.total > 100'",
    ],
    load: () => import("../commands/runs-list.ts"),
  },
  {
    name: ["run", "get"],
    aliases: ["show", "cat"],
    summary: "one run, with what it returned",
    effect: "read",
    operands: [runId],
    examples: ["run get _", "run get 01M80QX0D7J3T0N8A2S1K79C1D --get output"],
    load: () => import("../commands/run-get.ts"),
  },
  {
    name: ["run", "trace"],
    shorthands: ["trace"],
    summary: "what happened in a run, step by step",
    effect: "read",
    operands: [runId],
    examples: ["run trace _"],
    load: () => import("../commands/run-trace.ts"),
  },
  {
    name: ["run", "output"],
    summary: "what a run returned, and nothing else",
    effect: "read",
    operands: [runId],
    examples: ["run output _"],
    load: () => import("../commands/run-output.ts"),
  },
  {
    name: ["run", "wait"],
    summary: "until a run has ended; exit 9 when it failed",
    effect: "read",
    operands: [runId],
    examples: ["run wait _ --timeout 1m"],
    load: () => import("../commands/run-wait.ts"),
  },
  {
    name: ["runs", "tail"],
    summary: "runs as they are queued and as they end, until Ctrl-C",
    effect: "read",
    flags: [
      ...filters.filter(({ name }) => name !== "until"),
      { name: "limit", kind: "integer", hint: "n", min: 1, max: 1_000_000, summary: "end after so many lines" },
      every,
    ],
    examples: ["runs tail --fn ship-order"],
    load: () => import("../commands/runs-tail.ts"),
  },
  {
    name: ["run", "cancel"],
    shorthands: ["cancel"],
    summary: "cancel runs: by their ids, or all that match",
    effect: "destroy",
    operands: [{ ...runIds, isOptional: true }],
    flags: [
      ...filters,
      where,
      { name: "reason", kind: "text", hint: "text", summary: "why, kept with each run, where the server can" },
      max,
    ],
    examples: ["run cancel _", "runs cancel --fn send-receipt --status running --since 1h"],
    load: () => import("../commands/run-cancel.ts"),
  },
  {
    name: ["run", "rerun"],
    shorthands: ["rerun"],
    summary: "run again with the same events, as new runs; whole, or from a step on",
    effect: "write",
    operands: [runIds],
    flags: [
      {
        name: "from-step",
        kind: "text",
        hint: "step",
        summary: "from this step on, by its name or id: what came before it is taken over",
      },
      {
        name: "input",
        kind: "text",
        hint: "payload",
        summary: "what that step's code gets: JSON5, @file or -; a list is all of its arguments",
      },
      max,
    ],
    examples: [
      "run rerun _",
      "run rerun _ --from-step pay --input {amount: 7}",
      "runs --status failed --since 2h -o id | inngest-repl run rerun - --yes",
    ],
    load: () => import("../commands/run-rerun.ts"),
  },
  {
    name: ["functions", "list"],
    aliases: ["ls"],
    isDefault: true,
    summary: "functions that the server knows",
    effect: "read",
    flags: [{ name: "app", kind: "text", hint: "app", completes: "app", summary: "only those of this app" }],
    examples: ["functions", "functions --app core -o id"],
    load: () => import("../commands/functions-list.ts"),
  },
  {
    name: ["function", "get"],
    aliases: ["show", "cat"],
    summary: "one function: triggers and configuration",
    effect: "read",
    operands: [{ name: "function", summary: "its id, such as core-ship-order", completes: "function" }],
    examples: ["functions get core-ship-order"],
    load: () => import("../commands/function-get.ts"),
  },
  {
    name: ["invoke"],
    summary: "run a function now, without an event",
    effect: "write",
    operands: [{ name: "function", summary: "its id, such as core-ship-order", completes: "function" }],
    payload: "what the function gets as event.data",
    flags: [{ name: "wait", kind: "switch", summary: "until it has ended; exit 9 when it failed" }],
    examples: ["invoke core-ship-order id:=7 --wait"],
    load: () => import("../commands/invoke.ts"),
  },
  {
    name: ["apps", "list"],
    aliases: ["ls"],
    isDefault: true,
    summary: "apps, and how their last sync went",
    effect: "read",
    examples: ["apps"],
    load: () => import("../commands/apps-list.ts"),
  },
  {
    name: ["app", "get"],
    aliases: ["show", "cat"],
    summary: "one app",
    effect: "read",
    operands: [{ name: "app", summary: "its id", completes: "app" }],
    examples: ["apps get core"],
    load: () => import("../commands/app-get.ts"),
  },
  {
    name: ["apps", "sync"],
    summary: "have an app announce its functions again",
    effect: "write",
    operands: [{ name: "url", summary: "where it serves them, such as http://localhost:3000/api/inngest" }],
    examples: ["apps sync http://localhost:3000/api/inngest"],
    load: () => import("../commands/apps-sync.ts"),
  },
]
