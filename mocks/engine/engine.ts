/**
 * Role: the shell around the pure transitions: it makes ids and times, keeps the state, and carries out effects.
 * Boundary: handlers, the mock and the server call this; it calls its ports (clock, randomness, log) and `transition/`.
 *
 * I1. The one await point is the log: a dispatch takes effect on the state at once and is answered after its commit.
 * I2. What is read may not be durable yet: whoever shows a read to the outside awaits `settled` first.
 * I3. When the log fails the engine halts: the state is ahead of the truth then, so nothing more is answered from it.
 */
import { StoreError } from "../../src/errors.ts"
import type { Clock } from "../../src/shared/clock.ts"
import type { Random } from "../../src/shared/random.ts"
import { type IdSeed, createIdMint, seededIds } from "./ids.ts"
import type { EngineInput, EngineResults, IncomingEvent, InputKind, InputOf } from "./inputs.ts"
import { type EngineLog, createMemoryLog } from "./log.ts"
import { type EngineReads, createReads } from "./reads.ts"
import { type EngineState, emptyState } from "./state.ts"
import { transition } from "./transition/index.ts"

/** An event as it came in, before it has an internal id. */
export type EventDraft = Omit<IncomingEvent, "internalId">

export interface EngineOptions {
  clock: Clock
  random: Random
  /** @default in memory */
  log?: EngineLog
}

export interface Engine {
  readonly clock: Clock
  readonly reads: EngineReads
  /**
   * Store events under ids from the seed, or new ones.
   *
   * @param idTimeMs the time that new ids carry. @default now
   * @returns the internal ids, in order.
   */
  receive(events: readonly EventDraft[], seed?: IdSeed, idTimeMs?: number): Promise<readonly string[]>
  save(
    key: string,
    document: string,
    status: string,
    ifRevision?: string | null,
  ): Promise<EngineResults["workflow.saved"]>
  remove(key: string): Promise<EngineResults["workflow.deleted"]>
  /** Apply an input. @throws StoreError when the log can't take it; the engine has halted then. */
  dispatch<Kind extends InputKind>(input: InputOf<Kind>): Promise<EngineResults[Kind]>
  /** Resolves when all that a read shows is durable. @throws StoreError when the engine has halted. */
  settled(): Promise<void>
  /** The same at once, for callers that can't wait. @throws StoreError */
  settle(): void
  close(): void
}

/** Start an engine on what its log holds. */
export function createEngine({ clock, random, log = createMemoryLog() }: EngineOptions): Engine {
  let state: EngineState = emptyState()
  let pending: Promise<void> | undefined
  let halted: StoreError | undefined
  const mintIds = createIdMint(random)
  // Of this engine alone, so that no revision of an earlier one that kept nothing fits what this one stores.
  const life = [...random.bytes(6)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  let saves = 0

  for (const input of log.read()) state = transition(state, input).state

  function halt(cause: unknown): StoreError {
    halted ??= new StoreError(
      `the engine has stopped: its log can't be written (${cause instanceof Error ? cause.message : String(cause)})`,
      { workflowId: "", status: 503 },
      {
        cause,
        retryable: true,
        hint: "Make room on the disk or repair it, then start again; what was acknowledged is kept.",
      },
    )
    return halted
  }

  function record(input: EngineInput): Promise<void> | undefined {
    let committed: Promise<void> | undefined
    try {
      committed = log.append(input)
    } catch (cause) {
      throw halt(cause)
    }
    if (committed === undefined) return undefined
    const durable = committed.catch((cause: unknown) => Promise.reject(halt(cause)))
    pending = durable
    // Whoever dispatched is told; this one only keeps `settled` from waiting for what is over.
    durable.then(
      () => {
        if (pending === durable) pending = undefined
      },
      () => {},
    )
    return durable
  }

  function dispatch<Kind extends InputKind>(input: InputOf<Kind>): Promise<EngineResults[Kind]> {
    if (halted !== undefined) return Promise.reject(halted)
    const step = transition<Kind>(state, input)
    state = step.state
    let committed: Promise<void> | undefined
    let result: EngineResults[Kind] | undefined
    try {
      for (const effect of step.effects) {
        switch (effect.kind) {
          case "record":
            committed = record(input)
            break
          case "answer":
            result = effect.result
            break
        }
      }
    } catch (error) {
      return Promise.reject(error)
    }
    const answer = result as EngineResults[Kind]
    // An input that changes nothing may still speak of what others have changed and not yet committed (I2).
    const durable = committed ?? pending
    return durable === undefined ? Promise.resolve(answer) : durable.then(() => answer)
  }

  return {
    clock,
    reads: createReads(() => state),
    dispatch,
    async receive(events, seed, idTimeMs = clock.now()) {
      if (events.length === 0) return []
      const ids = seed === undefined ? mintIds(events.length, idTimeMs) : seededIds(seed, events.length)
      const { ids: stored } = await dispatch<"events.received">({
        kind: "events.received",
        atMs: clock.now(),
        events: events.map((event, index) => ({ ...event, internalId: ids[index] as string })),
      })
      return stored
    },
    save: (key, document, status, ifRevision) =>
      dispatch<"workflow.saved">({
        kind: "workflow.saved",
        atMs: clock.now(),
        key,
        document,
        status,
        revision: `${life}-${++saves}`,
        ifRevision,
      }),
    remove: (key) => dispatch<"workflow.deleted">({ kind: "workflow.deleted", atMs: clock.now(), key }),
    async settled() {
      if (halted !== undefined) throw halted
      await pending
    },
    settle() {
      if (halted !== undefined) throw halted
      try {
        log.flush()
      } catch (cause) {
        throw halt(cause)
      }
    },
    close: () => log.close(),
  }
}
