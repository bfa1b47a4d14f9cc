import { setTimeout } from "node:timers/promises"

/** Wait between two looks at a server. @returns whether to go on: `false` once the signal has ended it. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
