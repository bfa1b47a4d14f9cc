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
      const leftMs = atMs - Date.now()
      handle = leftMs > maxDelayMs ? setTimeout(arm, maxDelayMs) : setTimeout(fire, leftMs)
    }
    arm()
    return () => clearTimeout(handle)
  },
}

/**
 * Wait until `now() + delayMs`. Rejects with the signal's own reason as soon as it aborts; leaves no timer or listener behind.
 */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const cancel = clock.setTimer(clock.now() + delayMs, () => {
      signal?.removeEventListener("abort", onAbort)
      resolve()
    })
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener("abort", onAbort, { once: true })
  })
}
