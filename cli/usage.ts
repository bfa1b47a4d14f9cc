/** Usage texts. The registry's data becomes citty definitions, citty lays them out, and what it has no place for is added. */
import { stripVTControlCharacters } from "node:util"
import type { ArgsDef, CommandDef, SubCommandsDef } from "citty"
import { commandsAbout } from "./about.ts"
import { type CommandSpec, type NounSpec, type Registry, commandTitle } from "./command.ts"
import type { FlagSpec } from "./flag.ts"
import { globalFlags, startFlags } from "./global-flags.ts"
import type { HelpEntry, ResultOf } from "./result.ts"
import { version } from "./version.ts"

const program = "inngest-repl"

/** Everything. @param isTyped for somebody who is in a session already: without what only a start of the program takes. */
export async function describeAll(registry: Registry, isTyped: boolean): Promise<ResultOf<"help">> {
  const usage = [
    `The operators' shell for Inngest (${program} v${version})`,
    isTyped ? "USAGE <COMMAND> [ARGUMENTS] [FLAGS]" : `USAGE ${program} [FLAGS] [<COMMAND> …]`,
    ...(await Promise.all(
      registry.groups.map(async ({ title, commands }) => `${title}\n\n${await layOutCommands(commands)}`),
    )),
    section("PAYLOAD", [
      "key=text         a text, as it is: zip=00501",
      "key:=json        JSON5: count:=7 tags:=['a', 'b c']",
      "user.plan=pro    inside an object; items[0].sku=x inside a list",
      "{id: 7}          a document, which key=… may change",
      "@file  -         from a file, from stdin; key=@file the text of a file",
    ]),
    ...(isTyped
      ? []
      : [
          await layOutFlags([...globalFlags, ...startFlags]),
          section("EXIT CODES", [
            "0 ok · 1 failed · 2 not understood · 3 needs a yes · 4 refused · 5 not found · 6 somebody was faster",
            "7 nothing answers · 8 partly done · 9 the awaited run failed · 124 too late · 130 interrupted",
          ]),
          section("EXAMPLES", [
            `${program}                                     a session on the embedded server`,
            `${program} send shop/order.paid id:=7 -o json  one command`,
            `printf 'send a/b\\nevents\\n' | ${program}       a script, line by line`,
          ]),
        ]),
    ...(isTyped
      ? [
          section("BEGIN WITH", [
            "send shop/order.paid id:=7 --wait    an event, and the runs that it starts",
            "events · runs · workflows            what there is; TAB completes names and ids",
            "workflow edit order-7 · undo         put a stuck workflow right, and back",
            "help retry · help stuck              what has to do with a word",
            "use prod · whoami · doctor           another server, and whether it works",
          ]),
        ]
      : []),
    "More about a command:  help workflow save   About a word:  help retry   Flags of every command:  help flags",
  ]
  return { type: "help", data: { usage: usage.join("\n\n"), commands: registry.commands.map(toEntry) } }
}

/** Commands that have something to do with a word, for who does not know how they are called. */
export async function describeMatches(word: string, registry: Registry): Promise<ResultOf<"help"> | undefined> {
  const matches = commandsAbout(word, registry)
  const [first] = matches
  if (first === undefined) return undefined
  const usage = [
    `About "${word}":`,
    await layOutCommands(matches),
    section(
      "EXAMPLES",
      matches.slice(0, 5).flatMap(({ examples }) => examples.slice(0, 1)),
    ),
    `More about one of them:  help ${commandTitle(first)}`,
  ].join("\n\n")
  return { type: "help", data: { usage, commands: matches.map(toEntry) } }
}

/** What every command takes. */
export async function describeFlags(): Promise<ResultOf<"help">> {
  return { type: "help", data: { usage: await layOutFlags(globalFlags), commands: [] } }
}

export async function describeCommand(command: CommandSpec): Promise<ResultOf<"help">> {
  const { operands = [], payload, flags = [], examples, aliases = [] } = command
  const definition: CommandDef = {
    meta: { name: commandTitle(command), description: capitalize(command.summary) },
    args: {
      ...Object.fromEntries(
        operands.map(({ name, summary, isOptional = false, repeats = false }) => [
          repeats ? `${name}…` : name,
          { type: "positional", description: summary, required: !isOptional } as const,
        ]),
      ),
      ...toArgs(flags),
    },
  }
  const laidOut = (await layOut(definition)).replace("[OPTIONS]", "[FLAGS]").replace(/^OPTIONS$/m, "FLAGS")
  const usage = [
    payload === undefined ? laidOut : laidOut.replace(/^USAGE .*$/m, "$& [PAYLOAD…]"),
    ...(payload === undefined
      ? []
      : [section("PAYLOAD", [payload, "key=text  key:=json5  user.plan=pro  {json5}  @file  key=@file  -"])]),
    ...(aliases.length === 0 ? [] : [section("ALSO", [aliases.join(", ")])]),
    section("EXAMPLES", examples),
    "Flags of every command:  help flags",
  ].join("\n\n")
  return { type: "help", data: { usage, commands: [toEntry(command)] } }
}

/** All that can be done with workflows, or with events. */
export async function describeNoun({ names, main }: NounSpec, registry: Registry): Promise<ResultOf<"help">> {
  const commands = registry.commands.filter(({ name }) => name.length === 2 && names.includes(name[0]))
  const { flags = [] } = main
  const definition: CommandDef = {
    meta: { name: names[0] ?? "", description: capitalize(main.summary) },
    subCommands: toSubCommands(commands),
  }
  const laidOut = await layOut(definition)
  const usage = [
    laidOut.replace(/^USAGE .*$/m, `USAGE ${names[0]} [<VERB>]   (alone it lists)`).replace(/\n+Use .*$/, ""),
    section("ALSO CALLED", [names.slice(1).join(", ")]),
    ...(flags.length === 0
      ? []
      : [(await layOutFlags(flags)).replace(/^FLAGS$/m, `FLAGS of  ${names[0]}  alone`).trimEnd()]),
    section(
      "EXAMPLES",
      commands.flatMap(({ examples }) => examples.slice(0, 1)),
    ),
    `More about one of them:  help ${commandTitle(commands.at(-1) ?? main)}`,
  ].join("\n\n")
  return { type: "help", data: { usage, commands: commands.map(toEntry) } }
}

/** The lines of a list of commands, as citty aligns them. */
async function layOutCommands(commands: readonly CommandSpec[]): Promise<string> {
  const laidOut = await layOut({ meta: { name: program }, subCommands: toSubCommands(commands) })
  return laidOut.replace(/^[\s\S]*?\nCOMMANDS\n+/, "").replace(/\n+Use [\s\S]*$/, "")
}

async function layOut(definition: CommandDef): Promise<string> {
  const { renderUsage } = await import("citty")
  // It colours pipes too, and knows NO_COLOR only as `1`.
  return stripVTControlCharacters(await renderUsage(definition))
    .replace(/ +$/gm, "")
    .trimEnd()
}

async function layOutFlags(flags: readonly FlagSpec[]): Promise<string> {
  const laidOut = await layOut({ meta: { name: program, description: "" }, args: toArgs(flags) })
  return laidOut.slice(laidOut.indexOf("\nOPTIONS\n") + 1).replace("OPTIONS", "FLAGS")
}

function toArgs(flags: readonly FlagSpec[]): ArgsDef {
  return Object.fromEntries(flags.map((flag) => [flag.name, toArg(flag)]))
}

/** Of a longer list each line of the flags would stand far to the right: then it is in the text. */
const shownChoices = 24

function toArg({ kind, short, summary, hint, values, name }: FlagSpec): ArgsDef[string] {
  const common = { description: summary, ...(short === undefined ? {} : { alias: [short] }) }
  if (kind === "switch") return { ...common, type: "boolean" }
  const options = [...(values ?? [])]
  if (kind === "choice" && options.join("|").length <= shownChoices) return { ...common, type: "enum", options }
  if (kind === "choice")
    return { ...common, description: `${summary}: ${options.join(", ")}`, type: "string", valueHint: hint ?? name }
  return { ...common, type: "string", valueHint: hint ?? name }
}

function toSubCommands(commands: readonly CommandSpec[]): SubCommandsDef {
  return Object.fromEntries(
    commands.map((command) => [commandTitle(command), { meta: { description: command.summary } }]),
  )
}

function section(title: string, lines: readonly string[]): string {
  return `${title}\n\n${lines.map((line) => `  ${line}`).join("\n")}`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function toEntry(command: CommandSpec): HelpEntry {
  const { aliases = [], summary, effect, operands = [], payload = null, flags = [], examples } = command
  return {
    name: commandTitle(command),
    aliases,
    summary,
    effect,
    operands: operands.map(({ name, summary: about }) => ({ name, summary: about })),
    payload,
    flags: flags.map(({ name, summary: about }) => ({ name, summary: about })),
    examples,
  }
}
