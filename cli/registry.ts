/**
 * Every command there is, as data: parser, usage, help, completion and did-you-mean read it, and a command's code is loaded when it runs.
 * Only this file changes when a command is added, beside the command's own.
 */
import type { CommandSpec, NounSpec, Registry } from "./command.ts"

/** In the order that `help` lists them. */
const specs: readonly CommandSpec[] = [
  {
    name: ["send"],
    summary: "send an event",
    effect: "write",
    operands: [{ name: "event", summary: "its name, such as shop/order.paid" }],
    payload: "the event's data; a list or NDJSON sends one event per member",
    flags: [
      { name: "id", kind: "text", hint: "id", summary: "the event's own id: sent twice, functions run once" },
      { name: "ts", kind: "time", hint: "time", summary: "when it happened (now)" },
    ],
    examples: [
      "send shop/order.paid id:=7 user.plan=pro",
      "send shop/order.paid {id: 8, items: [{sku: 'a b'}]}",
      "send shop/order.paid @orders.ndjson",
    ],
    load: () => import("./commands/send.ts"),
  },
  {
    name: ["events", "list"],
    aliases: ["ls"],
    isDefault: true,
    summary: "events received, newest first",
    effect: "read",
    flags: [
      { name: "name", kind: "text", hint: "event", summary: "only events of this name" },
      {
        name: "since",
        kind: "time",
        hint: "time",
        summary: "from here on: 15m, 2h, 3d (ago), today, 2026-01-31T12:00Z",
      },
      { name: "until", kind: "time", hint: "time", summary: "up to here" },
      { name: "limit", kind: "integer", hint: "n", min: 1, max: 10_000, summary: "at most so many (20)" },
      { name: "cursor", kind: "text", hint: "cursor", summary: "from the page before" },
    ],
    examples: ["events --name shop/order.paid --since 2h", "events --limit 3 -o id"],
    load: () => import("./commands/events-list.ts"),
  },
  {
    name: ["events", "get"],
    aliases: ["show", "cat"],
    summary: "one event, whole",
    effect: "read",
    operands: [{ name: "id", summary: "as `events` shows it; _ is the last one seen" }],
    examples: ["events get _", "events get 01M80QW2M991JVDTEKZ625P475 --get data.user"],
    load: () => import("./commands/events-get.ts"),
  },
  {
    name: ["workflows", "list"],
    aliases: ["ls"],
    isDefault: true,
    summary: "workflow states, newest first",
    effect: "read",
    flags: [
      {
        name: "status",
        kind: "choice",
        values: ["running", "completed", "failed", "canceled"],
        synonyms: { cancelled: "canceled" },
        hint: "status",
        summary: "only this status",
      },
      { name: "limit", kind: "integer", hint: "n", min: 1, max: 10_000, summary: "at most so many (20)" },
      { name: "cursor", kind: "text", hint: "cursor", summary: "from the page before" },
    ],
    examples: ["workflows --status running", "workflows -o id"],
    load: () => import("./commands/workflows-list.ts"),
  },
  {
    name: ["workflow", "load"],
    aliases: ["get", "show", "cat"],
    summary: "one workflow's state",
    effect: "read",
    operands: [{ name: "id", summary: "the workflow's id; _ is the last one seen" }],
    examples: ["workflow load order-7", "workflow load order-7 --get input.total"],
    load: () => import("./commands/workflow-load.ts"),
  },
  {
    name: ["workflow", "save"],
    aliases: ["put"],
    summary: "write a workflow's state, or change some of its fields",
    effect: "write",
    operands: [{ name: "id", summary: "the workflow's id" }],
    payload: "the state's fields: runId status input result error history createdAt updatedAt extra",
    flags: [
      { name: "if-revision", kind: "text", hint: "revision", summary: "only if this is still the stored revision" },
      { name: "replace", kind: "switch", summary: "write exactly what is given instead of changing the stored state" },
    ],
    examples: [
      "workflow save order-7 status=running input:={total: 12}",
      "workflow save order-7 status=failed error='card refused'",
    ],
    load: () => import("./commands/workflow-save.ts"),
  },
  {
    name: ["workflow", "delete"],
    aliases: ["rm"],
    summary: "delete workflow states",
    effect: "destroy",
    operands: [{ name: "id", summary: "the workflow's id; - reads ids from stdin, one a line", repeats: true }],
    examples: ["workflow delete order-7", "workflows --status canceled -o id | inngest-repl workflow delete - --yes"],
    load: () => import("./commands/workflow-delete.ts"),
  },
  {
    name: ["dev"],
    summary: "run the embedded server until Ctrl-C, for apps and pages to use",
    effect: "local",
    flags: [
      {
        name: "port",
        kind: "integer",
        hint: "port",
        min: 0,
        max: 65_535,
        summary: "listen there (8288, or any when it is taken)",
      },
      { name: "ephemeral", kind: "switch", summary: "keep everything in memory" },
      { name: "seed", kind: "text", hint: "file", summary: "fill it first from {events: […], workflows: […]}" },
      {
        name: "cors",
        kind: "text",
        hint: "origin",
        repeats: true,
        summary: "let pages of this origin in, too; * = all",
      },
      {
        name: "event-key",
        kind: "text",
        hint: "key",
        repeats: true,
        summary: "self-hosted mode: take events by this key only; with --signing-key",
      },
      {
        name: "signing-key",
        kind: "text",
        hint: "hex",
        summary: "self-hosted mode: answer the rest by this key only; with --event-key",
      },
    ],
    examples: [
      "dev",
      "dev --port 9000 --ephemeral --seed seed.json",
      "dev --event-key my-key --signing-key 0123456789abcdef",
    ],
    load: () => import("./commands/dev.ts"),
  },
  {
    name: ["help"],
    aliases: ["?"],
    summary: "all commands, or one of them",
    effect: "local",
    operands: [
      {
        name: "command",
        summary: "such as send, or workflow save; flags for those of every command",
        isOptional: true,
        repeats: true,
      },
    ],
    examples: ["help", "help workflow save"],
    load: () => import("./commands/help.ts"),
  },
  {
    name: ["version"],
    summary: "the version of this shell",
    effect: "local",
    examples: ["version"],
    load: () => import("./commands/version.ts"),
  },
  {
    name: ["clear"],
    summary: "clear the screen",
    effect: "local",
    examples: ["clear"],
    load: () => import("./commands/clear.ts"),
  },
  {
    name: ["exit"],
    aliases: ["quit", ".exit", String.raw`\q`, ":q"],
    summary: "leave (so does Ctrl-D)",
    effect: "local",
    examples: ["exit"],
    load: () => import("./commands/exit.ts"),
  },
]

/** Nouns go by every one of these. The first is the one that is shown for lists. */
const nounNames: readonly (readonly string[])[] = [
  ["events", "event"],
  ["workflows", "workflow", "wf"],
]

/** Names are looked up in Maps: `constructor` is no command. */
export function createRegistry(commands: readonly CommandSpec[] = specs): Registry {
  const singles = new Map<string, CommandSpec>()
  for (const command of commands)
    if (command.name.length === 1)
      for (const name of [command.name[0], ...(command.aliases ?? [])]) singles.set(name, command)

  const nouns = nounNames.flatMap((names) => createNoun(names, commands) ?? [])
  const byNounName = new Map(nouns.flatMap((noun) => noun.names.map((name) => [name, noun] as const)))
  return {
    commands,
    flags: commands.flatMap(({ flags = [] }) => flags),
    nouns,
    names: [...singles.keys(), ...byNounName.keys()],
    single: (name) => singles.get(name),
    noun: (name) => byNounName.get(name),
  }
}

function createNoun(names: readonly string[], commands: readonly CommandSpec[]): NounSpec | undefined {
  const own = commands.filter(({ name }) => name.length === 2 && names.includes(name[0]))
  const main = own.find(({ isDefault }) => isDefault)
  if (main === undefined) return undefined
  const verbs = new Map(
    own.flatMap((command) =>
      [command.name[1] ?? "", ...(command.aliases ?? [])].map((verb) => [verb, command] as const),
    ),
  )
  return { names, main, verbs: own.map(({ name }) => name[1] ?? ""), verb: (name) => verbs.get(name) }
}
