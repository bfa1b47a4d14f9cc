/** What a shell asks at a TAB, see shell-completion.ts: the candidates for the last of the words, one a line. Nothing else is ever said. */
import { completeWords, toCandidates } from "./completion.ts"
import { globalFlags } from "./global-flags.ts"
import { createFlagValues } from "./grammar/flag-values.ts"
import { separate } from "./grammar/separate.ts"
import { createRegistry } from "./registry.ts"
import { findDirectories } from "./directories.ts"

export async function printCandidates(words: readonly string[]): Promise<void> {
  const registry = createRegistry()
  // bash makes three words of --name=value.
  const given =
    words.at(-2) === "=" ? words.toSpliced(-2, 1) : words.at(-1) === "=" ? words.toSpliced(-1, 1, "") : words
  const completion = completeWords(given.slice(0, -1), given.at(-1) ?? "", registry)
  const names = completion.live === undefined ? [] : await liveNames(given.slice(0, -1))
  const [candidates] = toCandidates(completion, names)
  process.stdout.write(candidates.map((candidate) => `${candidate.trimEnd()}\n`).join(""))

  async function liveNames(all: readonly string[]): Promise<readonly string[]> {
    const [{ createSessions }, { createLiveNames }] = await Promise.all([
      import("./sessions.ts"),
      import("./live-names.ts"),
    ])
    const { flags } = separate(
      all.map((text) => ({ text })),
      globalFlags,
    )
    const values = createFlagValues(
      new Map(
        flags.flatMap(({ name, value }) => (value === undefined ? [] : [[name, [{ text: value, value }]] as const])),
      ),
    )
    const sessions = await createSessions(
      {
        profile: values.text("profile"),
        url: values.text("url"),
        env: values.text("env"),
        store: values.text("store"),
      },
      {
        env: process.env,
        projectDirectory: process.cwd(),
        directories: findDirectories(process.env, process.platform),
        isEphemeral: false,
        isListening: false,
      },
    )
    try {
      return await createLiveNames(sessions).of(completion.live ?? "any")
    } finally {
      await sessions.close()
    }
  }
}
