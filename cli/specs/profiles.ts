/** Commands about servers, and about this shell. */
import type { CommandSpec } from "../command.ts"
import type { FlagSpec } from "../flag.ts"

const settings: readonly FlagSpec[] = [
  { name: "event-url", kind: "text", hint: "url", summary: "where events go, when that is another host" },
  { name: "event-key-env", kind: "text", hint: "variable", summary: "the variable that holds its event key" },
  { name: "signing-key-env", kind: "text", hint: "variable", summary: "the variable that holds its signing key" },
  { name: "event-key-command", kind: "text", hint: "command", summary: "what prints its event key: op read …" },
  { name: "signing-key-command", kind: "text", hint: "command", summary: "what prints its signing key" },
  { name: "protected", kind: "switch", summary: "ask before every change, and for more than a y" },
]

const profile = { name: "profile", summary: "its name", completes: "profile" } as const

export const profileCommands: readonly CommandSpec[] = [
  {
    name: ["profiles", "list"],
    aliases: ["ls"],
    isDefault: true,
    summary: "the servers that go by a name",
    effect: "local",
    examples: ["profiles"],
    load: () => import("../commands/profiles-list.ts"),
  },
  {
    name: ["profile", "add"],
    summary: "give a server a name, in your own configuration",
    effect: "local",
    operands: [{ name: "profile", summary: "its name" }],
    flags: settings,
    examples: [
      "profile add staging --url https://inngest.staging.example --signing-key-env STAGING_SIGNING_KEY",
      "profile add work --url http://localhost:8288 --store sqlite:work.db",
    ],
    load: () => import("../commands/profile-add.ts"),
  },
  {
    name: ["profile", "edit"],
    summary: "change a profile of yours; an empty value takes a setting out",
    effect: "local",
    operands: [profile],
    flags: settings,
    examples: ["profile edit staging --protected", "profile edit staging --store="],
    load: () => import("../commands/profile-edit.ts"),
  },
  {
    name: ["profile", "remove"],
    aliases: ["rm"],
    summary: "forget a profile of yours",
    effect: "local",
    operands: [profile],
    examples: ["profile remove staging"],
    load: () => import("../commands/profile-remove.ts"),
  },
  {
    name: ["use"],
    summary: "go on with another profile",
    effect: "local",
    operands: [profile],
    examples: ["use prod", "use dev"],
    load: () => import("../commands/use.ts"),
  },
  {
    name: ["whoami"],
    summary: "the profile, the server and the keys of it",
    effect: "local",
    examples: ["whoami"],
    load: () => import("../commands/whoami.ts"),
  },
  {
    name: ["doctor"],
    summary: "every setting and where it comes from, and whether it works",
    effect: "read",
    examples: ["doctor", "-p prod doctor"],
    load: () => import("../commands/doctor.ts"),
  },
  {
    name: ["set"],
    summary: "how this session behaves: output, utc, quiet, …; alone it lists them",
    effect: "local",
    operands: [
      { name: "option", summary: "such as output", isOptional: true, completes: "option" },
      { name: "value", summary: "such as json, or on", isOptional: true },
    ],
    flags: [
      { name: "save", kind: "switch", summary: "for every session, in your own configuration" },
      { name: "unset", kind: "switch", summary: "take back what set has set; with --save, what it has saved" },
    ],
    examples: ["set output json", "set utc on --save", "set utc --unset --save"],
    load: () => import("../commands/set.ts"),
  },
]
