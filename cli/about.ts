/** Commands that have to do with a word, for who does not know how they are called: by their own texts, and by what else people call it. */
import { type CommandSpec, type Registry, commandTitle } from "./command.ts"

/** Words that stand in no text of the command. */
export const otherWords: Readonly<Record<string, string>> = {
  send: "publish emit trigger fire produce",
  "events tail": "follow stream live logs",
  "events copy": "replay resend",
  "events export": "dump backup download",
  signal: "approve continue unblock",
  runs: "list jobs executions stuck",
  "run trace": "log logs steps timeline debug spans",
  "run output": "result return",
  "run wait": "await poll",
  "runs tail": "follow stream live logs",
  "run cancel": "stop kill abort terminate",
  "run rerun": "retry replay repeat restart",
  functions: "list handlers workers",
  invoke: "call trigger execute start",
  "apps sync": "register deploy refresh",
  workflows: "list state status stuck",
  "workflow load": "read inspect",
  "workflow save": "create set update fix repair stuck",
  "workflow edit": "modify update fix repair stuck",
  "workflow delete": "remove",
  "workflows export": "dump backup download",
  "workflows import": "restore upload",
  "workflows prune": "cleanup retention",
  undo: "rollback revert restore",
  show: "find look search inspect get",
  api: "http request curl raw",
  profiles: "environment config list",
  use: "switch connect",
  whoami: "environment login",
  doctor: "status health check debug config ping diagnose keys environment",
  set: "config settings preferences format json",
  dev: "start local offline embedded",
  "run-script": "batch source execute",
  completion: "autocomplete tab",
  clear: "reset cls",
}

export function commandsAbout(word: string, registry: Registry): CommandSpec[] {
  const text = word.toLowerCase()
  return registry.commands.filter(
    // What brought them here.
    (command) => commandTitle(command) !== "help" && textsOf(command).some((each) => each.toLowerCase().includes(text)),
  )
}

/** Of an unknown command: those that people call so, or that have a verb of that name. */
export function commandsCalled(word: string, { commands }: Registry): CommandSpec[] {
  const text = word.toLowerCase()
  return commands.filter(
    (command) =>
      [command.name.at(-1), ...(command.aliases ?? [])].includes(text) ||
      (text !== "" && (otherWords[commandTitle(command)] ?? "").split(" ").includes(text)),
  )
}

function textsOf(command: CommandSpec): string[] {
  const { summary, aliases = [], shorthands = [], operands = [], flags = [], payload = "", examples } = command
  const title = commandTitle(command)
  return [
    title,
    summary,
    payload,
    otherWords[title] ?? "",
    ...aliases,
    ...shorthands,
    ...examples,
    ...operands.map((operand) => `${operand.name} ${operand.summary}`),
    ...flags.map((flag) => `${flag.name} ${flag.summary}`),
  ]
}
