/** Commands about events. */
import type { CommandSpec } from "../command.ts"
import type { FlagSpec } from "../flag.ts"

const filters: readonly FlagSpec[] = [
  { name: "name", kind: "text", hint: "event", completes: "event-name", summary: "only events of this name" },
  {
    name: "since",
    kind: "time",
    hint: "time",
    summary: "from here on: 15m, 2h, 3d (ago), today, 2026-01-31T12:00Z",
  },
  { name: "until", kind: "time", hint: "time", summary: "up to here" },
]

const max: FlagSpec = {
  name: "max",
  kind: "integer",
  hint: "n",
  min: 1,
  max: 10_000_000,
  summary: "refuse when it would be more events than so many (100)",
}

const eventId = {
  name: "id",
  summary: "its id, the sender's own too; or enough of its end; _ is the last one seen",
  completes: "event",
} as const

export const eventCommands: readonly CommandSpec[] = [
  {
    name: ["send"],
    summary: "send an event",
    effect: "write",
    operands: [{ name: "event", summary: "its name, such as shop/order.paid", completes: "event-name" }],
    payload: "the event's data; a list or NDJSON sends one event per member",
    flags: [
      { name: "id", kind: "text", hint: "id", summary: "the event's own id: sent twice, functions run once" },
      { name: "ts", kind: "time", hint: "time", summary: "when it happened (now)" },
      { name: "count", kind: "integer", hint: "n", min: 1, max: 100_000, summary: "send it so many times" },
      max,
      { name: "wait", kind: "switch", summary: "until the runs that it starts have ended; exit 9 when one failed" },
    ],
    examples: [
      "send shop/order.paid id:=7 user.plan=pro",
      "send shop/order.paid {id: 8, items: [{sku: 'a b'}]} --wait",
      "send shop/order.paid @orders.ndjson --max 5000",
    ],
    load: () => import("../commands/send.ts"),
  },
  {
    name: ["events", "list"],
    aliases: ["ls"],
    isDefault: true,
    summary: "events received, newest first",
    effect: "read",
    flags: [
      ...filters,
      { name: "limit", kind: "integer", hint: "n", min: 1, max: 10_000, summary: "at most so many (20)" },
      { name: "cursor", kind: "text", hint: "cursor", summary: "from the page before" },
    ],
    examples: ["events --name shop/order.paid --since 2h", "events --limit 3 -o id"],
    load: () => import("../commands/events-list.ts"),
  },
  {
    name: ["events", "get"],
    aliases: ["show", "cat"],
    summary: "one event, whole",
    effect: "read",
    operands: [eventId],
    examples: ["events get _", "events get 01M80QW2M991JVDTEKZ625P475 --get data.user"],
    load: () => import("../commands/events-get.ts"),
  },
  {
    name: ["events", "runs"],
    summary: "the runs that an event started",
    effect: "read",
    operands: [eventId],
    examples: ["events runs _"],
    load: () => import("../commands/events-runs.ts"),
  },
  {
    name: ["events", "tail"],
    shorthands: ["tail"],
    summary: "events as they come, until Ctrl-C",
    effect: "read",
    flags: [
      {
        name: "name",
        kind: "text",
        hint: "event",
        completes: "event-name",
        summary: "only these: shop/order.paid, shop/*",
      },
      { name: "since", kind: "time", hint: "time", summary: "begin with those from here on (now)" },
      { name: "limit", kind: "integer", hint: "n", min: 1, max: 1_000_000, summary: "end after so many" },
      { name: "every", kind: "duration", hint: "duration", summary: "how often to look (1s)" },
    ],
    examples: ["tail --name 'shop/*'", "events tail --since 10m --limit 5 -o ndjson"],
    load: () => import("../commands/events-tail.ts"),
  },
  {
    name: ["events", "copy"],
    aliases: ["cp"],
    summary: "send an event again, to the server of another profile",
    effect: "write",
    operands: [{ ...eventId, repeats: true }],
    flags: [
      {
        name: "to",
        kind: "text",
        hint: "profile",
        completes: "profile",
        summary: "where it goes (here: as a new event)",
      },
      max,
    ],
    examples: ["events copy _ --to dev", "-p prod events copy 01M80QW2M991JVDTEKZ625P475 --to dev"],
    load: () => import("../commands/events-copy.ts"),
  },
  {
    name: ["events", "export"],
    summary: "all events as NDJSON, newest first",
    effect: "read",
    flags: [...filters, { name: "to", kind: "text", hint: "file", summary: "into this file instead of stdout" }],
    examples: ["events export --since 1d --to events.ndjson", "events export --name shop/order.paid"],
    load: () => import("../commands/events-export.ts"),
  },
  {
    name: ["signal"],
    summary: "resume the run that waits for a signal",
    effect: "write",
    operands: [{ name: "signal", summary: "its name, such as approval/7" }],
    payload: "what the waiting step gets",
    examples: ["signal approval/7 ok:=true"],
    load: () => import("../commands/signal.ts"),
  },
]
