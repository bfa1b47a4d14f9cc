/**
 * Role: a clock that can be moved.
 * Boundary: implements the port Clock over another one; the mock and tests move it.
 *
 * I1. It goes on with the clock it stands on, and jumps when it is told to.
 * I2. In a jump timers fire in the order of their times, those of one time in the order in which they were set; `now()` is the time of the one
 *     that fires, and what follows from it is over before the next one fires.
 */
import type { Clock } from "../../src/shared/clock.ts"
import { createSortedList } from "../../src/shared/sorted-list.ts"
import { compareDue } from "./state.ts"

export interface VirtualClock extends Clock {
  /** The same time, by timers of the other clock below. */
  readonly idle: Clock
  /**
   * Let time pass, and all that is due in it happen, in order.
   *
   * @param settle resolves when what a timer has set going is over.
   */
  advance(durationMs: number, settle: () => Promise<void>): Promise<void>
}

interface Alarm {
  readonly base: Clock
  readonly dueAtMs: number
  readonly seq: number
  readonly fire: () => void
  cancel: () => void
}

/** A clock that stands still but for its jumps. */
export function standingClock(startMs: number): Clock {
  return { now: () => startMs, setTimer: () => () => {} }
}

/** @param idle sets the timers that nobody waits for. */
export function createVirtualClock(base: Clock, idle: Clock = base): VirtualClock {
  const alarms = createSortedList<Alarm, { dueAtMs: number; seq: number }>((alarm) => alarm, compareDue)
  let aheadMs = 0
  /** The time in a jump. */
  let jumpMs: number | undefined
  let seq = 0

  const now = (): number => jumpMs ?? base.now() + aheadMs

  function arm(alarm: Alarm): void {
    alarm.cancel = alarm.base.setTimer(alarm.dueAtMs - aheadMs, () => {
      // A jump that is under way comes to it in its turn.
      if (jumpMs === undefined && alarms.remove(alarm)) alarm.fire()
    })
  }

  function next(untilMs: number): Alarm | undefined {
    for (const alarm of alarms.ascending()) return alarm.dueAtMs <= untilMs ? alarm : undefined
    return undefined
  }

  const timersOf =
    (below: Clock): Clock["setTimer"] =>
    (atMs, fire) => {
      const alarm: Alarm = { base: below, dueAtMs: Math.max(atMs, now()), seq: ++seq, fire, cancel: () => {} }
      alarms.add(alarm)
      if (jumpMs === undefined) arm(alarm)
      return () => {
        alarm.cancel()
        alarms.remove(alarm)
      }
    }

  return {
    now,
    setTimer: timersOf(base),
    idle: { now, setTimer: timersOf(idle) },
    async advance(durationMs, settle) {
      // What is under way may set timers for a time from its own now.
      await settle()
      jumpMs = now()
      const untilMs = jumpMs + durationMs
      try {
        for (let alarm = next(untilMs); alarm !== undefined; alarm = next(untilMs)) {
          alarms.remove(alarm)
          alarm.cancel()
          jumpMs = Math.max(jumpMs, alarm.dueAtMs)
          alarm.fire()
          await settle()
        }
      } finally {
        aheadMs = Math.max(untilMs, jumpMs) - base.now()
        jumpMs = undefined
        // They were set for the time before the jump.
        for (const alarm of alarms.ascending()) {
          alarm.cancel()
          arm(alarm)
        }
      }
    },
  }
}
