import type { Context } from "./command.ts"

export interface Progress {
  at(done: number): void
  end(): void
}

const barWidth = 24

/** A bar on stderr, when a person sees it; else nothing. */
export function createProgress({ terminal, shell }: Context, verb: string, total: number): Progress {
  if (!terminal.showsWords || shell.defaults.isOn("quiet")) return { at: () => {}, end: () => {} }
  return {
    at(done) {
      const filled = Math.round((done / total) * barWidth)
      terminal.sayInPlace(`  ${"█".repeat(filled)}${"░".repeat(barWidth - filled)}  ${verb} ${done} of ${total}`)
    },
    end: () => terminal.sayInPlace(""),
  }
}
