/**
 * Every command there is, as data: parser, usage, help, completion and did-you-mean read it, and a command's code is loaded when it runs.
 * A new command is a row in specs/, beside its own file.
 */
import type { CommandGroup, CommandSpec, NounSpec, Registry } from "./command.ts"
import { eventCommands } from "./specs/events.ts"
import { profileCommands } from "./specs/profiles.ts"
import { runCommands } from "./specs/runs.ts"
import { generalCommands, shellCommands } from "./specs/shell.ts"
import { workflowCommands } from "./specs/workflows.ts"

/** In the order that `help` lists them. */
const groups: readonly CommandGroup[] = [
  { title: "EVENTS", commands: eventCommands },
  { title: "RUNS AND FUNCTIONS", commands: runCommands },
  { title: "WORKFLOW STATE", commands: workflowCommands },
  { title: "ANYTHING", commands: generalCommands },
  { title: "SERVERS", commands: profileCommands },
  { title: "THIS SHELL", commands: shellCommands },
]

/** Nouns go by every one of these. The first is the one that is shown for lists. */
const nounNames: readonly (readonly string[])[] = [
  ["events", "event"],
  ["runs", "run"],
  ["functions", "function", "fn"],
  ["apps", "app"],
  ["workflows", "workflow", "wf"],
  ["profiles", "profile"],
]

/** Names are looked up in Maps: `constructor` is no command. */
export function createRegistry(): Registry {
  const commands = groups.flatMap((group) => group.commands)
  const singles = new Map<string, CommandSpec>()
  for (const command of commands)
    if (command.name.length === 1)
      for (const name of [command.name[0], ...(command.aliases ?? [])]) singles.set(name, command)
  for (const command of commands) for (const name of command.shorthands ?? []) singles.set(name, command)

  const nouns = nounNames.flatMap((names) => createNoun(names, commands) ?? [])
  const byNounName = new Map(nouns.flatMap((noun) => noun.names.map((name) => [name, noun] as const)))
  return {
    commands,
    groups,
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
