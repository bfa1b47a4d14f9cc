/** Commands about the state of workflows. */
import type { CommandSpec, OperandSpec } from "../command.ts"
import type { FlagSpec } from "../flag.ts"

const whole: OperandSpec = {
  name: "id",
  summary: "the workflow's id, whole; _ is the last one seen",
  completes: "workflow",
}
const id: OperandSpec = {
  name: "id",
  summary: "the workflow's id, or enough of its start or end; _ is the last one seen",
  completes: "workflow",
}
const statuses = ["running", "completed", "failed", "canceled"] as const
const status: FlagSpec = {
  name: "status",
  kind: "choice",
  values: statuses,
  synonyms: { cancelled: "canceled" },
  hint: "status",
  summary: "only this status",
}
const ifRevision: FlagSpec = {
  name: "if-revision",
  kind: "text",
  hint: "revision",
  summary: "only if this is still the stored revision",
}
const max: FlagSpec = {
  name: "max",
  kind: "integer",
  hint: "n",
  min: 1,
  max: 100_000,
  summary: "refuse when it would be more than so many (100)",
}

export const workflowCommands: readonly CommandSpec[] = [
  {
    name: ["workflows", "list"],
    aliases: ["ls"],
    isDefault: true,
    summary: "workflow states, newest first",
    effect: "read",
    flags: [
      status,
      { name: "limit", kind: "integer", hint: "n", min: 1, max: 10_000, summary: "at most so many (20)" },
      { name: "cursor", kind: "text", hint: "cursor", summary: "from the page before" },
    ],
    examples: ["workflows --status running", "workflows -o id"],
    load: () => import("../commands/workflows-list.ts"),
  },
  {
    name: ["workflow", "load"],
    aliases: ["get", "show", "cat"],
    summary: "one workflow's state",
    effect: "read",
    operands: [id],
    examples: ["workflow load order-7", "workflow load order-7 --get input.total"],
    load: () => import("../commands/workflow-load.ts"),
  },
  {
    name: ["workflow", "save"],
    aliases: ["put"],
    summary: "write a workflow's state, or change some of its fields",
    effect: "write",
    operands: [whole],
    payload: "the state's fields: runId status input result error history createdAt updatedAt extra",
    payloadKeys: [
      { name: "status", values: statuses },
      { name: "input", isJson: true },
      { name: "result", isJson: true },
      { name: "error" },
      { name: "runId" },
      { name: "history", isJson: true },
      { name: "createdAt" },
      { name: "updatedAt" },
      { name: "extra", isJson: true },
    ],
    flags: [
      ifRevision,
      { name: "replace", kind: "switch", summary: "write exactly what is given instead of changing the stored state" },
    ],
    examples: [
      "workflow save order-7 status=running input:={total: 12}",
      "workflow save order-7 status=failed error='card refused'",
    ],
    load: () => import("../commands/workflow-save.ts"),
  },
  {
    name: ["workflow", "edit"],
    summary: "change a workflow's state in $EDITOR, see the difference, save it",
    effect: "write",
    operands: [id],
    flags: [ifRevision, { name: "resume", kind: "switch", summary: "go on with the text that could not be saved" }],
    examples: ["workflow edit order-7", "workflow edit order-7 --resume"],
    load: () => import("../commands/workflow-edit.ts"),
  },
  {
    name: ["workflow", "delete"],
    aliases: ["rm"],
    summary: "delete workflow states",
    effect: "destroy",
    operands: [
      {
        name: "id",
        summary: "the workflow's id, with --yes whole; - reads ids from stdin, one a line",
        completes: "workflow",
        repeats: true,
      },
    ],
    flags: [max],
    examples: ["workflow delete order-7", "workflows --status canceled -o id | inngest-repl workflow delete - --yes"],
    load: () => import("../commands/workflow-delete.ts"),
  },
  {
    name: ["workflow", "history"],
    summary: "what happened in a workflow, entry by entry",
    effect: "read",
    operands: [id],
    examples: ["workflow history order-7"],
    load: () => import("../commands/workflow-history.ts"),
  },
  {
    name: ["workflows", "export"],
    summary: "all states as NDJSON",
    effect: "read",
    flags: [status, { name: "to", kind: "text", hint: "file", summary: "into this file instead of stdout" }],
    examples: ["workflows export --to states.ndjson", "workflows export --status failed"],
    load: () => import("../commands/workflows-export.ts"),
  },
  {
    name: ["workflows", "import"],
    summary: "save states that were exported, whole",
    effect: "write",
    operands: [{ name: "file", summary: "NDJSON or a list; - is stdin" }],
    flags: [
      { name: "overwrite", kind: "switch", summary: "also those that exist here already" },
      { ...max, summary: "refuse when it would be more than so many (100)" },
    ],
    examples: ["workflows import states.ndjson"],
    load: () => import("../commands/workflows-import.ts"),
  },
  {
    name: ["workflows", "prune"],
    summary: "delete states that ended long ago",
    effect: "destroy",
    operands: [{ name: "id", summary: "none but these", isOptional: true, repeats: true, completes: "workflow" }],
    flags: [
      {
        name: "older-than",
        kind: "duration",
        hint: "duration",
        summary: "last updated longer ago than this: 30d",
      },
      { ...status, values: ["completed", "failed", "canceled"], summary: "only this status (all that have ended)" },
      max,
    ],
    examples: ["workflows prune --older-than 30d"],
    load: () => import("../commands/workflows-prune.ts"),
  },
  {
    name: ["undo"],
    summary: "take back the last workflow save, edit or delete of this session",
    effect: "write",
    examples: ["undo"],
    load: () => import("../commands/undo.ts"),
  },
]
