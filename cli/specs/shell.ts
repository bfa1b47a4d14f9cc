/** Commands about anything, and about the shell itself. */
import type { CommandSpec } from "../command.ts"

export const generalCommands: readonly CommandSpec[] = [
  {
    name: ["show"],
    summary: "a run, an event or a workflow, whichever has this id",
    effect: "read",
    operands: [{ name: "id", summary: "of any of them", completes: "any" }],
    examples: ["show 01M80QX0D7J3T0N8A2S1K79C1D", "show order-7"],
    load: () => import("../commands/show.ts"),
  },
  {
    name: ["api"],
    summary: "any route of the server, with its keys",
    effect: "write",
    effectBy: "method",
    operands: [
      { name: "method", summary: "GET, POST, PUT or DELETE", completes: "method" },
      { name: "path", summary: "such as /v2/runs?limit=5", isLiteral: true },
    ],
    payload: "the body",
    examples: ["api GET /v2/runs?limit=5", "api POST /v1/signals signal=approval/7 data:={ok: true}"],
    load: () => import("../commands/api.ts"),
  },
]

export const shellCommands: readonly CommandSpec[] = [
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
    load: () => import("../commands/dev.ts"),
  },
  {
    name: ["run-script"],
    summary: "run the lines of a file, one after the other",
    effect: "local",
    operands: [{ name: "file", summary: "its path" }],
    flags: [{ name: "keep-going", kind: "switch", summary: "go on after an error" }],
    examples: ["run-script nightly.inngest"],
    load: () => import("../commands/run-script.ts"),
  },
  {
    name: ["history"],
    summary: "lines that were typed in this profile",
    effect: "local",
    operands: [{ name: "text", summary: "only those that hold it", isOptional: true }],
    flags: [{ name: "limit", kind: "integer", hint: "n", min: 1, max: 1_000, summary: "at most so many (20)" }],
    examples: ["history", "history cancel"],
    load: () => import("../commands/history.ts"),
  },
  {
    name: ["completion"],
    summary: "what makes a shell complete these commands",
    effect: "local",
    operands: [{ name: "shell", summary: "bash, zsh or fish", completes: "shell" }],
    examples: ["completion bash >> ~/.bashrc", "completion fish > ~/.config/fish/completions/inngest-repl.fish"],
    load: () => import("../commands/completion.ts"),
  },
  {
    name: ["help"],
    aliases: ["?"],
    summary: "all commands, one of them, or those about a word",
    effect: "local",
    operands: [
      {
        name: "command",
        summary: "such as send, or workflow save; flags for those of every command; any word to search",
        isOptional: true,
        repeats: true,
      },
    ],
    examples: ["help", "help workflow save", "help cancel"],
    load: () => import("../commands/help.ts"),
  },
  {
    name: ["version"],
    summary: "the version of this shell",
    effect: "local",
    examples: ["version"],
    load: () => import("../commands/version.ts"),
  },
  {
    name: ["clear"],
    summary: "clear the screen",
    effect: "local",
    examples: ["clear"],
    load: () => import("../commands/clear.ts"),
  },
  {
    name: ["exit"],
    aliases: ["quit", ".exit", String.raw`\q`, ":q"],
    summary: "leave (so does Ctrl-D)",
    effect: "local",
    examples: ["exit"],
    load: () => import("../commands/exit.ts"),
  },
]
