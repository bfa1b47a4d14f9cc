import type { Context } from "./command.ts"
import { pause } from "./pause.ts"
import type { Result } from "./result.ts"

/** Show a result again and again until Ctrl-C: on a terminal in place of the one before, else one after the other. */
export async function watch(look: () => Promise<Result>, everyMs: number, context: Context): Promise<Result> {
  const { terminal, signal } = context
  for (;;) {
    const result = await look()
    terminal.clear()
    await context.show(result)
    if (!(await pause(everyMs, signal))) return { type: "none", data: null, isShown: true }
  }
}
