import type { FlagSpec } from "./flag.ts"

/** Flags of every command. */
export const globalFlags: readonly FlagSpec[] = [
  {
    name: "profile",
    short: "p",
    kind: "text",
    hint: "profile",
    completes: "profile",
    summary: "whose server, keys and store to use: dev, prod, or one of yours",
  },
  { name: "url", kind: "text", hint: "url", summary: "the server to talk to" },
  { name: "env", kind: "text", hint: "name", summary: "branch environment" },
  {
    name: "store",
    kind: "text",
    hint: "store",
    summary: "where workflow states are: sqlite:path, postgres://…, redis://…, fs:path, http(s)://…",
  },
  {
    name: "output",
    short: "o",
    kind: "choice",
    values: ["table", "json", "ndjson", "id"],
    hint: "format",
    summary: "how results are written",
  },
  { name: "json", kind: "switch", summary: "the same as -o json" },
  { name: "fields", kind: "text", hint: "a,b.c", completes: "field", summary: "only these fields" },
  { name: "get", kind: "text", hint: "path", completes: "field", summary: "only the value there: data.user.id" },
  { name: "utc", kind: "switch", summary: "times in full, UTC" },
  {
    name: "watch",
    kind: "duration",
    alone: "2s",
    hint: "duration",
    summary: "again and again, until Ctrl-C (every 2s)",
  },
  { name: "yes", short: "y", kind: "switch", summary: "do not ask for confirmation" },
  {
    name: "confirm",
    kind: "text",
    hint: "profile",
    completes: "profile",
    summary: "with --yes, that a protected profile is meant",
  },
  { name: "read-only", kind: "switch", summary: "refuse what changes anything" },
  { name: "dry-run", kind: "switch", summary: "show what would be sent, send nothing" },
  { name: "curl", kind: "switch", summary: "show it as a curl command, send nothing" },
  { name: "timeout", kind: "duration", hint: "duration", summary: "give up after: 500ms, 10s, 2m" },
  { name: "quiet", short: "q", kind: "switch", summary: "only results and errors" },
  { name: "verbose", short: "v", kind: "switch", summary: "also say what is talked to, and how long it took" },
  { name: "no-color", kind: "switch", summary: "no colours" },
  { name: "no-input", kind: "switch", summary: "never ask; what needs a yes fails" },
  { name: "help", short: "h", kind: "switch", summary: "what the command does" },
]

/** Flags of the process: only where it is started. */
export const startFlags: readonly FlagSpec[] = [
  { name: "execute", short: "e", kind: "text", hint: "line", repeats: true, summary: "run this line; may be repeated" },
  { name: "keep-going", kind: "switch", summary: "in a script, go on after an error" },
  { name: "ephemeral", kind: "switch", summary: "embedded server in memory, gone at the end" },
  { name: "version", kind: "switch", summary: "the version" },
]
