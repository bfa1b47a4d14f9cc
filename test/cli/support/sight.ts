import { stripVTControlCharacters } from "node:util"
import { onTestFailed } from "vitest"

/** What was written on a terminal, and who waits to see something there. */
export interface Sight {
  /** Everything that was ever on the screen, without the codes that move the cursor. */
  readonly screen: string
  add(written: string): void
  /** When it stands on the screen, behind everything that was waited for before. */
  see(text: string | RegExp): Promise<void>
}

/** @param ended when nothing more comes: whoever waits then is told so. */
export function createSight(ended: Promise<unknown>): Sight {
  let screen = ""
  let seen = 0
  const looks = new Set<() => void>()
  onTestFailed(() => void process.stderr.write(`--- the screen, behind what was seen:\n${screen.slice(seen)}\n---\n`))
  return {
    get screen() {
      return screen
    },
    add(written) {
      screen = (screen + stripVTControlCharacters(written)).replaceAll("\r", "")
      for (const look of looks) look()
    },
    see: (text) =>
      new Promise((resolve, reject) => {
        const source = typeof text === "string" ? text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`) : text.source
        const pattern = new RegExp(source, "g")
        const look = (): void => {
          pattern.lastIndex = seen
          if (!pattern.test(screen)) return
          seen = pattern.lastIndex
          looks.delete(look)
          resolve()
        }
        looks.add(look)
        look()
        void ended.then(() => reject(new Error(`ended without ${pattern} behind ${screen.slice(seen)}`)))
      }),
  }
}
