/** Tells listeners of sent events as they arrive. */
import type { ReceivedEvent } from "../src/protocol/event.ts"
import type { Engine } from "./engine/engine.ts"
import { toReceivedEvent } from "./received-event.ts"

export type EventListener = (event: ReceivedEvent) => void

export interface Arrivals {
  /** @returns ends it. */
  add(listener: EventListener): () => void
  /** Something may have arrived. */
  check(): void
}

/** @param isSeed whether an event, by its internal id, was there from the start and not sent. */
export function createArrivals(engine: Engine, isSeed: (internalId: string) => boolean): Arrivals {
  const listeners = new Set<EventListener>()
  let told = 0
  return {
    add(listener) {
      if (listeners.size === 0) told = engine.reads.lastPlace()
      const added: EventListener = (event) => listener(event)
      listeners.add(added)
      return () => void listeners.delete(added)
    },
    check() {
      if (listeners.size === 0) return
      const rows = engine.reads.arrived(undefined, told)
      told = engine.reads.lastPlace()
      for (const row of rows.filter(({ internalId }) => !isSeed(internalId)))
        for (const listener of listeners) {
          try {
            listener(toReceivedEvent(row))
          } catch (error) {
            // It is nobody's request that failed: the test's runner hears of it.
            queueMicrotask(() => {
              throw error
            })
          }
        }
    },
  }
}
