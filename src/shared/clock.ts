/** Time as a port: everything that reads the time or waits takes a Clock, so that tests own both. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Call `fire` once, when `now()` reaches `atMs`. The returned function cancels the timer; calling it late is harmless. */
  setTimer(atMs: number, fire: () => void): () => void
}

/** setTimeout holds its delay in a signed 32-bit integer and fires at once beyond it; longer waits are walked in steps. */
const maxDelayMs = 2 ** 31 - 1

/** The wall clock. The globals are looked up at each call, so that fake timers installed later are seen. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(atMs, fire) {
    let handle: ReturnType<typeof setTimeout>
    const arm = (): void => {
      // Of a negative one Node warns.
      const leftMs = Math.max(0, atMs - Date.now())
      handle = leftMs > maxDelayMs ? setTimeout(arm, maxDelayMs) : setTimeout(fire, leftMs)
    }
    arm()
    return () => clearTimeout(handle)
  },
}

/**
 * Wait until `now() + delayMs`. Rejects with the signal's own reason as soon as it aborts; leaves no timer or listener behind.
 */
export const wait = (clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> =>
  within(clock, delayMs, signal, undefined)

/** What `start` gives, or `late` once `delayMs` have passed; otherwise as `wait`. When it does not come to its end, `stop` is called. */
export function within<T>(
  clock: Clock,
  delayMs: number,
  signal: AbortSignal | undefined,
  late: T,
  start?: () => Promise<T>,
  stop?: () => void,
): Promise<T> {
  // Settled by hand, since what was started may not listen to any signal.
  return new Promise((resolve, reject) => {
    const end = <V>(settle: (value: V) => void, value: V): void => {
      cancel()
      signal?.removeEventListener("abort", onAbort)
      settle(value)
    }
    const cancel = clock.setTimer(clock.now() + delayMs, () => {
      end(resolve, late)
      stop?.()
    })
    const onAbort = (): void => {
      end(reject, signal?.reason)
      stop?.()
    }
    signal?.addEventListener("abort", onAbort)
    if (signal?.aborted) onAbort()
    else
      start?.().then(
        (value) => end(resolve, value),
        (error: unknown) => end(reject, error),
      )
  })
}
