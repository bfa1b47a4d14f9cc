/**
 * Asks again and again, as long as somebody looks.
 *
 * I1  At most one question is under way, and it belongs to the present subscribers.
 * I2  Without subscribers nothing is asked, no timer is set, and no listener is left on the page.
 * I3  While the page is hidden nothing new is asked.
 * I4  A snapshot that says the same is the same object, and so is each item in it.
 */
import { invalid } from "../shared/validation-error.ts"
import type { Clock } from "../shared/clock.ts"
import { type Duration, parseDuration } from "../shared/duration.ts"
import { type JsonValue, equalJson } from "../shared/json.ts"
import { isPageHidden, onPageVisibility } from "../shared/runtime.ts"

export interface LiveSnapshot<T> {
  /** What was there at the last answer; empty before the first. */
  readonly data: readonly T[]
  /** Whether there has been an answer. */
  readonly isLoaded: boolean
  /** Why the last question got none; it is asked again. */
  readonly error?: unknown
}

/** What `useSyncExternalStore(live.subscribe, live.getSnapshot, live.getServerSnapshot)` takes. */
export interface Live<T> {
  /** @returns ends the subscription. */
  subscribe(listener: (snapshot: LiveSnapshot<T>) => void): () => void
  getSnapshot(): LiveSnapshot<T>
  /** The empty one. */
  getServerSnapshot(): LiveSnapshot<T>
}

export interface PollOptions<T> {
  fetch: (signal: AbortSignal) => Promise<readonly T[]>
  /** What tells two items apart. */
  key: (item: T) => string
  every: Duration
  clock: Clock
}

/** @throws ValidationError for an `every` that is no duration. */
export function poll<T extends object>({ fetch, key, every, clock }: PollOptions<T>): Live<T> {
  const everyMs = parseDuration(every)
  if (!everyMs) throw invalid("every", `"${every}" is no duration ("2s", or a number of ms)`)
  const empty: LiveSnapshot<T> = { data: [], isLoaded: false }
  const subscriptions = new Set<{ listener: (snapshot: LiveSnapshot<T>) => void }>()
  let snapshot = empty
  /** Of the question under way. */
  let asked: AbortController | undefined
  let cancelTimer: (() => void) | undefined
  let ignorePage: (() => void) | undefined
  return {
    getSnapshot: () => snapshot,
    getServerSnapshot: () => empty,
    subscribe(listener) {
      const subscription = { listener }
      subscriptions.add(subscription)
      if (subscriptions.size === 1) {
        ignorePage = onPageVisibility(ask)
        ask()
      }
      return () => {
        if (subscriptions.delete(subscription) && subscriptions.size === 0) stop()
      }
    },
  }

  function stop(): void {
    ignorePage?.()
    cancelTimer?.()
    asked?.abort()
    asked = undefined
  }

  function ask(): void {
    cancelTimer?.()
    if (asked !== undefined || isPageHidden()) return
    const controller = new AbortController()
    asked = controller
    fetch(controller.signal).then(
      (data) => settle(controller, toSnapshot(data)),
      (error: unknown) => settle(controller, { ...snapshot, error }),
    )
  }

  function settle(controller: AbortController, next: LiveSnapshot<T>): void {
    // The answer to subscribers who are gone.
    if (asked !== controller) return
    asked = undefined
    cancelTimer = clock.setTimer(clock.now() + (everyMs ?? 0), ask)
    if (isSame(snapshot, next)) return
    snapshot = next
    for (const { listener } of subscriptions) notify(listener, next)
  }

  function toSnapshot(items: readonly T[]): LiveSnapshot<T> {
    const known = new Map(snapshot.data.map((item) => [key(item), item]))
    const data = items.map((item) => {
      const before = known.get(key(item))
      return before !== undefined && equalJson(before as JsonValue, item as JsonValue) ? before : item
    })
    const { data: old } = snapshot
    const isUnchanged = data.length === old.length && data.every((item, index) => item === old[index])
    return { data: isUnchanged ? old : data, isLoaded: true }
  }
}

function isSame<T>(left: LiveSnapshot<T>, right: LiveSnapshot<T>): boolean {
  return left.data === right.data && left.isLoaded === right.isLoaded && String(left.error) === String(right.error)
}

/** One listener's error is nobody else's: it surfaces on its own. */
function notify<T>(listener: (snapshot: LiveSnapshot<T>) => void, snapshot: LiveSnapshot<T>): void {
  try {
    listener(snapshot)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
