import { vi } from "vitest"
import type { Clock } from "../../src/shared/clock.ts"

export interface ManualClock extends Clock {
  /** Timers that are set and have not fired. */
  readonly pending: number
  /** Let time pass: fires what is due, in order, and lets everything that follows from it happen before it fires the next. */
  advance(durationMs: number): Promise<void>
  /** The promise's outcome; while it is open and nothing else moves, time jumps to the next timer. */
  runUntilSettled<T>(promise: Promise<T>): Promise<T>
}

interface Timer {
  atMs: number
  fire: () => void
}

/** A clock that stands still until it is told otherwise. */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 31, 12)): ManualClock {
  let nowMs = startMs
  const timers = new Set<Timer>()
  return {
    now: () => nowMs,
    setTimer(atMs, fire) {
      const timer = { atMs, fire }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    get pending() {
      return timers.size
    },
    async advance(durationMs) {
      const endMs = nowMs + durationMs
      await quiet()
      for (let next = nextTimer(); next !== undefined && next.atMs <= endMs; next = nextTimer()) {
        pass(next)
        await quiet()
      }
      nowMs = endMs
    },
    async runUntilSettled(promise) {
      const open = new Set([promise])
      const settle = (): unknown => open.delete(promise)
      promise.then(settle, settle)
      for (await quiet(); open.size > 0; await quiet()) {
        const next = nextTimer()
        if (next === undefined) throw new Error("the promise is open, and no timer is set that could end it")
        pass(next)
      }
      return promise
    },
  }

  function nextTimer(): Timer | undefined {
    return [...timers].toSorted((left, right) => left.atMs - right.atMs)[0]
  }

  function pass(timer: Timer): void {
    timers.delete(timer)
    nowMs = Math.max(nowMs, timer.atMs)
    timer.fire()
  }
}

/** Until everything that is already under way in memory (promises, bodies of responses, modules that load late) has happened. */
async function quiet(): Promise<void> {
  await vi.dynamicImportSettled()
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
