/**
 * Role: the shell around the pure transitions: it makes ids and times, keeps the state, and carries out effects.
 * Boundary: handlers, the mock and the server call this; it calls its ports (clock, randomness, log) and `transition/`.
 *
 * I1. The one await point is the log: a dispatch takes effect on the state at once and is answered after its commit.
 * I2. What is read may not be durable yet: whoever shows a read to the outside awaits `settled` first.
 * I3. When the log fails the engine halts: the state is ahead of the truth then, so nothing more is answered from it.
 * I4. Work outside (calls of functions) is the runner's; what comes of it comes back as an input like any other.
 */
import { StoreError, isStoreError } from "../../src/errors.ts"
import type { Clock } from "../../src/shared/clock.ts"
import type { Random } from "../../src/shared/random.ts"
import { deterministicUuid, randomUuid } from "./uuid.ts"
import { type IdSeed, createIdMint, seededIds } from "./ids.ts"
import { type Forgotten, nothingForgotten } from "./archive.ts"
import type {
  EngineInput,
  EngineResults,
  FromStep,
  IncomingEvent,
  InputKind,
  InputOf,
  RunsCancelled,
  RunSeeded,
} from "./inputs.ts"
import { type EngineLog, createMemoryLog } from "./log.ts"
import { eventNames } from "./internal-events.ts"
import { type Invoker, createFetchInvoker } from "./invoker.ts"
import { mintSeed } from "./mint.ts"
import { type EngineReads, createReads } from "./reads.ts"
import { isEnded } from "./run.ts"
import { createRunner } from "./runner.ts"
import { type LeaveOptions, isAnythingOver, leave } from "./leaving.ts"
import { type EngineState, emptyState } from "./state.ts"
import { loadSnapshot } from "./snapshot.ts"
import { transition } from "./transition/index.ts"
import type { Step } from "./transition/step.ts"

/** An event as it came in, before it has an internal id. */
export type EventDraft = Omit<IncomingEvent, "internalId">

export interface EngineOptions {
  clock: Clock
  random: Random
  /** @default in memory */
  log?: EngineLog
  /** How functions are reached. @default fetch */
  invoker?: Invoker
  /** Every retry waits so long, in ms. @default 15 s and more, as measured, with up to 30 s of jitter */
  retryIntervalMs?: number | undefined
  /** Signs calls. */
  signingKey?: string | undefined
  /** Calls in flight at a time. @default 100 */
  maxCalls?: number
  /** How many inputs are kept before a snapshot takes their place; more while more goes on. @default 1000 */
  compactAfter?: number
  /** Told what a user should know: ticks that were missed, options that are not applied. */
  onWarning?: (message: string) => void
}

/** What an app announces: the members of `/fn/register`. */
export interface AppSync {
  readonly url: string
  readonly appName: string
  readonly framework: string
  readonly sdk: string
  /** JSON text of the list of functions. */
  readonly functions: string
}

export type BulkCancellation = Pick<RunsCancelled, "slug" | "startedAfterMs" | "startedBeforeMs" | "condition">

/** A run that a test begins with. `slug` in full: `core-ship-order`. */
export interface SeededRun extends Pick<RunSeeded, "slug" | "appName" | "queuedAtMs" | "phase"> {
  readonly event: EventDraft
}

export interface SyncResult {
  readonly modified: boolean
  /** UUIDs. */
  readonly syncId: string
  readonly appId: string
  /** Options that functions ask for and this engine does not apply, by slug. */
  readonly notApplied: Readonly<Record<string, readonly string[]>>
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
  /** Take an app's functions. They have been checked. */
  sync(app: AppSync): Promise<SyncResult>
  /** Start a function by name. @returns the internal id of its event, and the run, if there is such a function. */
  invoke(
    slug: string,
    event: Omit<EventDraft, "name">,
    idempotencyKey?: string,
  ): Promise<EngineResults["function.invoked"]>
  cancel(runId: string, reason?: string): Promise<EngineResults["run.cancelled"]>
  rerun(runId: string, fromStep?: FromStep): Promise<EngineResults["run.repeated"]>
  /** Keep steps that a call reports while it goes on. @param steps JSON text of the ops. */
  checkpoint(runId: string, steps: string): Promise<EngineResults["steps.checkpointed"]>
  /** Cancel the runs of a function that were queued in a span of time. */
  cancelMany(what: BulkCancellation): Promise<{ id: string; count: number }>
  /** Put a run in place as if it had happened. @returns its id. */
  seedRun(run: SeededRun): Promise<EngineResults["run.seeded"]>
  /** Forget a bulk cancellation; what it cancelled stays so. */
  removeCancellation(id: string): Promise<EngineResults["cancellation.removed"]>
  /** Forget an app, and cancel its runs. @param url of its last sync. */
  removeApp(url: string): Promise<EngineResults["app.removed"]>
  /** Forget runs that ended, and events and bulk cancellations that were received, before a time. */
  prune(beforeMs: number): Promise<EngineResults["history.pruned"]>
  /** Tell whoever runs this engine. */
  warn(message: string): void
  /** @param data JSON text. */
  signal(signal: string, data: string): Promise<EngineResults["signal.sent"]>
  /** Resolves when no call is in flight and none is due now. */
  idle(): Promise<void>
  /** Apply an input. @throws StoreError when the log can't take it; the engine has halted then. */
  dispatch<Kind extends InputKind>(input: InputOf<Kind>): Promise<EngineResults[Kind]>
  /** Resolves when all that a read shows is durable. @throws StoreError when the engine has halted. */
  settled(): Promise<void>
  /** The same at once, for callers that can't wait. @throws StoreError */
  settle(): void
  close(): void
}

/** Inputs after which a snapshot is taken in their place: while it runs, and when it is closed. */
const defaultCompactAfter = 1_000
const compactAtClose = 100
/** Runs and events, so that nobody waits for long. */
const forgottenAtOnce = 500

/** Start an engine on what its log holds. */
export function createEngine(options: EngineOptions): Engine {
  const { clock, random, log = createMemoryLog(), onWarning = () => {} } = options
  const { compactAfter = defaultCompactAfter } = options
  let state: EngineState = emptyState(log.archive)
  let pending: Promise<void> | undefined
  let halted: StoreError | undefined
  const mintIds = createIdMint(random)
  // Of this engine alone, so that no revision of an earlier one that kept nothing fits what this one stores.
  const life = [...random.bytes(6)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  let saves = 0

  const snapshot = [...log.snapshot()]
  if (snapshot.length > 0) state = loadSnapshot(snapshot, log.archive)
  // Only a snapshot of before there was an archive holds such.
  const isOutdated = isAnythingOver(state)
  // Since the last snapshot.
  let inputs = 0
  let isOpen = true
  let compactAt = compactAfter
  for (const input of log.read()) {
    state = transition(state, input).state
    inputs++
  }
  const runner = createRunner({
    clock,
    random,
    invoker: options.invoker ?? createFetchInvoker(),
    retryIntervalMs: options.retryIntervalMs,
    signingKey: options.signingKey,
    maxCalls: options.maxCalls ?? 100,
    state: () => state,
    dispatch,
    durable: () => (halted === undefined ? pending : Promise.reject(halted)),
  })

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

  /** A start reads no more than what goes on and so many inputs. A log that fails is told by the next append. */
  function compact(forget?: LeaveOptions["forget"]): Forgotten {
    inputs = 0
    try {
      const left = leave(state, log, { atMs: clock.now(), forget })
      state = left.state
      // What goes on is written anew each time, so it must not be so often that this is most of the work.
      compactAt = Math.max(compactAfter, state.runs.byId.size + state.workflows.byKey.size)
      return left.forgotten
    } catch (cause) {
      halt(cause)
      return nothingForgotten
    }
  }

  function dispatch<Kind extends InputKind>(input: InputOf<Kind>): Promise<EngineResults[Kind]> {
    if (halted !== undefined) return Promise.reject(halted)
    let step: Step<Kind>
    try {
      step = transition<Kind>(state, input)
    } catch (cause) {
      // It may have stopped halfway: the archive can't be read.
      return Promise.reject(isStoreError(cause) ? halt(cause) : cause)
    }
    state = step.state
    let committed: Promise<void> | undefined
    let result: EngineResults[Kind] | undefined
    try {
      for (const effect of step.effects) {
        switch (effect.kind) {
          case "record":
            committed = record(input)
            inputs++
            runner.wake()
            break
          case "answer":
            result = effect.result
            break
          case "work":
            runner.take(effect.job)
            break
        }
      }
    } catch (error) {
      return Promise.reject(error)
    }
    if (inputs >= compactAt) compact()
    const answer = result as EngineResults[Kind]
    // An input that changes nothing may still speak of what others have changed and not yet committed (I2).
    const durable = committed ?? pending
    return durable === undefined ? Promise.resolve(answer) : durable.then(() => answer)
  }

  if (isOutdated) compact()
  // Work that was under way when the engine stopped, and what fell due meanwhile.
  if (state.functions.size > 0 || state.runs.open.size > 0) {
    for (const runs of state.runs.open.values())
      for (const run of runs) if (!isEnded(run.phase)) for (const job of run.jobs.values()) runner.take(job)
    const started = { kind: "engine.started", atMs: clock.now(), seed: mintSeed(random.bytes(9)) } as const
    dispatch<"engine.started">(started).then(
      ({ missedTicks }) => {
        if (missedTicks > 0)
          onWarning(
            `${missedTicks} cron ${missedTicks === 1 ? "tick was" : "ticks were"} missed while stopped, and not made up`,
          )
      },
      () => {},
    )
  }

  return {
    clock,
    reads: createReads(() => state),
    dispatch,
    async sync({ url, appName, framework, sdk, functions }) {
      const appId = deterministicUuid(appName)
      const ids = Object.fromEntries(slugsIn(functions).map((slug) => [slug, deterministicUuid(`${appId}${slug}`)]))
      const checksum = deterministicUuid(
        JSON.stringify([withoutDeployId(url), appName, framework, sdk, withoutDeployId(functions)]),
      )
      const seed = mintSeed(random.bytes(9))
      const input = { kind: "app.synced", atMs: clock.now(), seed, url, appName, framework, sdk, functions } as const
      const { modified, notApplied } = await dispatch<"app.synced">({ ...input, ids, appId, checksum })
      for (const [slug, asked] of Object.entries(notApplied))
        onWarning(`${slug} asks for ${asked.join(", ")}: not applied by this engine yet, it runs without`)
      return { modified, notApplied, appId, syncId: randomUuid(random) }
    },
    invoke: (slug, event, idempotencyKey) =>
      dispatch<"function.invoked">({
        kind: "function.invoked",
        atMs: clock.now(),
        slug,
        event: { ...event, name: eventNames.invoked, internalId: mintIds(1, clock.now())[0] ?? "" },
        idempotencyKey,
      }),
    cancel: (runId, reason) => dispatch<"run.cancelled">({ kind: "run.cancelled", atMs: clock.now(), runId, reason }),
    rerun: (runId, fromStep) => dispatch<"run.repeated">({ kind: "run.repeated", atMs: clock.now(), runId, fromStep }),
    signal: (signal, data) => dispatch<"signal.sent">({ kind: "signal.sent", atMs: clock.now(), signal, data }),
    checkpoint: (runId, steps) =>
      dispatch<"steps.checkpointed">({ kind: "steps.checkpointed", atMs: clock.now(), runId, steps }),
    async cancelMany(what) {
      const id = mintIds(1, clock.now())[0] ?? ""
      const input = { kind: "runs.cancelled", atMs: clock.now(), id, ...what } as const
      return { id, ...(await dispatch<"runs.cancelled">(input)) }
    },
    async seedRun({ slug, appName, event, queuedAtMs, phase }) {
      const known = state.functions.get(slug)
      const appId = deterministicUuid(appName)
      const [eventId = "", runId = ""] = mintIds(2, queuedAtMs)
      return dispatch<"run.seeded">({
        kind: "run.seeded",
        atMs: clock.now(),
        runId,
        slug,
        functionId: known?.id ?? deterministicUuid(`${appId}${slug}`),
        appName,
        appId,
        event: { ...event, internalId: eventId },
        queuedAtMs,
        phase,
      })
    },
    removeCancellation: (id) =>
      dispatch<"cancellation.removed">({ kind: "cancellation.removed", atMs: clock.now(), id }),
    removeApp: (url) => dispatch<"app.removed">({ kind: "app.removed", atMs: clock.now(), url }),
    async prune(beforeMs) {
      const recent = dispatch<"history.pruned">({ kind: "history.pruned", atMs: clock.now(), beforeMs })
      // It is awaited in the end; the archive may fail before.
      recent.catch(() => {})
      // The first part in one transaction with the input: replayed over an archive that has forgotten already, what came before would not be the same.
      let [runs, events] = [0, 0]
      for (;;) {
        if (!isOpen || !log.archive.hasBefore(beforeMs)) break
        // Whatever is written anew for each part must not be most of the work.
        const limit = Math.max(forgottenAtOnce, state.runs.byId.size + state.workflows.byKey.size)
        const part = compact({ beforeMs, limit })
        runs += part.runs
        events += part.events
        if (halted !== undefined || (part.runs < limit && part.events < limit)) break
        await log.pause()
      }
      const first = await recent
      if (halted !== undefined) throw halted
      return { runs: first.runs + runs, events: first.events + events }
    },
    warn: onWarning,
    idle: () => runner.idle(),
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
    close() {
      isOpen = false
      runner.close()
      if (inputs >= compactAtClose && halted === undefined) compact()
      inputs = 0
      log.close()
    },
  }
}

/** @param functions JSON text of a list. */
function slugsIn(functions: string): string[] {
  const list = JSON.parse(functions) as { id?: unknown }[]
  return list.map(({ id }) => String(id))
}

/** A deployment that has the same functions is no change. @source measured (recording `sync`) */
function withoutDeployId(text: string): string {
  // Go writes `&` as an escape.
  return text.replace(/([?&])deployId=[^&"\\]*(&|\\u0026)?/g, (_, before: string, after?: string) =>
    after ? before : "",
  )
}
