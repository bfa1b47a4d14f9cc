/** What a shell asks at a TAB, see shell-completion.ts: the candidates for the last of the words, one a line. Nothing else is ever said. */
import { completeWords, toCandidates } from "./completion.ts"
import { globalFlags } from "./global-flags.ts"
import { createFlagValues } from "./grammar/flag-values.ts"
import { separate } from "./grammar/separate.ts"
import { createRegistry } from "./registry.ts"
import { findDirectories } from "./directories.ts"

export async function printCandidates(words: readonly string[]): Promise<void> {
  const registry = createRegistry()
  const { given, split } = joinKeys(words)
  const completion = completeWords(given.slice(0, -1), given.at(-1) ?? "", registry)
  const names = completion.live === undefined ? [] : await liveNames(given.slice(0, -1))
  const [candidates] = toCandidates(completion, names)
  process.stdout.write(candidates.map((candidate) => `${candidate.slice(split.length).trimEnd()}\n`).join(""))

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
      return await createLiveNames(sessions).of(completion.live ?? "any", completion.title)
    } finally {
      await sessions.close()
    }
  }
}

/**
 * bash makes three words of `--name=value` and of `key=value`, and replaces the last alone.
 *
 * @returns `split`: what stands before it and is not to be said again.
 */
function joinKeys(words: readonly string[]): { given: readonly string[]; split: string } {
  const isOpen = words.at(-1) === "="
  if (!isOpen && words.at(-2) !== "=") return { given: words, split: "" }
  const value = isOpen ? "" : (words.at(-1) ?? "")
  const before = words.slice(0, isOpen ? -1 : -2)
  const key = before.at(-1) ?? ""
  // A flag may also stand apart from its value.
  if (key.startsWith("-")) return { given: [...before, value], split: "" }
  return { given: [...before.slice(0, -1), `${key}=${value}`], split: `${key}=` }
}
