/** The wall clock, by timers for which nobody stays: a run that sleeps for a day must not keep a test's process alive for a day. */
import { type Clock, systemClock } from "../src/shared/clock.ts"

/** setTimeout takes no longer delay. */
const maxDelayMs = 2 ** 31 - 1

export const idleClock: Clock = {
  now: () => systemClock.now(),
  setTimer(atMs, fire) {
    let handle: Timer
    const arm = (): void => {
      const leftMs = atMs - systemClock.now()
      handle = leftMs > maxDelayMs ? setTimeout(arm, maxDelayMs) : setTimeout(fire, leftMs)
      // A number in pages and in Deno.
      if (typeof handle === "object") handle.unref()
    }
    arm()
    return () => clearTimeout(handle)
  },
}

type Timer = ReturnType<typeof setTimeout>
