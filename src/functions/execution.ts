/**
 * One call of a function: memoised state in → the function's code → what to tell the server.
 *
 * Boundary: `call.ts` starts it and `outcome.ts` turns what it gives into an answer; it knows nothing of HTTP, retries or keys. The function
 * reaches it through the step tools alone.
 *
 * I1  One suspension point: the loop awaits `pause`, and nothing else. Between two awaits all is synchronous.
 * I2  What is next is decided by `nextMove`, which is pure, and only when the function is at rest: it ended, or waits for steps.
 * I3  Memoised results are handed over one at a time, in the order in which the steps ended, each at rest: a race is won in every replay by
 *     the step that won it first.
 * I4  A call runs the step that was asked for, or the only new one that was found; more than that under checkpointing alone, where each is
 *     recorded before the function is called again.
 * I5  Suspension is a value. A function that has to wait is left at a promise that never settles, and goes with the call.
 * I6  An outcome is final: what the function does after it is not observed, and its late failure is nobody's unhandled rejection.
 */
import { NonRetriableError } from "../shared/function-errors.ts"
import {
  type MemoizedStep,
  type ParallelMode,
  type StepIdentity,
  type StepOp,
  hashStepId,
  memoizedInput,
} from "../protocol/step.ts"
import type { Clock } from "../shared/clock.ts"
import type { JsonValue } from "../shared/json.ts"
import { toJsonValue } from "../shared/loose-json.ts"
import { nextMove } from "./next-move.ts"
import { type Rest, startRest } from "./rest.ts"
import type { StepDefinition } from "./steps/definition.ts"
import { type StepGroup, type StepPorts, type StepTools, createStepTools } from "./steps/tools.ts"

export interface Task {
  /** By hashed id. */
  memoized: Readonly<Record<string, MemoizedStep>>
  /** Hashed ids, in the order in which the steps ended. */
  stack: readonly string[]
  /** Hashed id of the step to run; `undefined` to find out what comes next. */
  target: string | undefined
  /** Whether a step that is found alone may be run. */
  mayRun: boolean
  /** Records steps while the function goes on; `undefined`: one step, one call. */
  checkpoint: Checkpointing | undefined
  ports: StepPorts
  clock: Clock
  /** The function's code, with its middleware. */
  run(tools: { step: StepTools; group: StepGroup }): unknown
  /** A step's code, with its middleware. */
  runStep(step: RunningStep, work: () => unknown): unknown
}

export interface RunningStep {
  id: string
  displayName: string
}

/** Where finished steps go before the call is over. */
export interface Checkpointing {
  /** Whether a report is due, now that these wait for it. */
  isDue(ops: readonly StepOp[]): boolean
  /** Whether the call took as long as it may. */
  isOver(): boolean
  /** @returns whether the server took them. Throws nothing. */
  report(ops: readonly StepOp[]): Promise<boolean>
}

export type Outcome =
  | { kind: "returned"; value: unknown }
  | { kind: "threw"; error: unknown }
  /** The function waits for these. */
  | { kind: "found"; ops: StepOp[] }
  | { kind: "ran"; step: RanStep }
  /** Steps ran that no checkpoint took. */
  | { kind: "unrecorded"; ops: StepOp[] }
  /** Time is over; the function goes on in another call. */
  | { kind: "yielded" }
  /** The step that was asked for did not come up. */
  | { kind: "lost"; stepId: string }

export type RanStep = StepIdentity & {
  name: string
  opts: Record<string, JsonValue>
  timing: { startedAtMs: number; durationMs: number }
  result: { kind: "data"; data: JsonValue | undefined } | { kind: "error"; error: unknown }
}

interface Found {
  readonly id: string
  readonly identity: StepIdentity
  readonly definition: StepDefinition<unknown>
  /** What a rerun puts in for its code. */
  readonly input: readonly JsonValue[] | undefined
  readonly mode: ParallelMode | undefined
  readonly isRunnable: boolean
  readonly runsAtOnce: boolean
  state: "new" | "memoized" | "settled"
  /** Give the function its result. */
  settle(memoized: MemoizedStep): void
}

/** How long a function may take to get to the step that was asked for. @source the official SDK's limit */
const targetTimeoutMs = 10_000

export async function execute(task: Task): Promise<Outcome> {
  const { memoized, stack, target, checkpoint, clock } = task
  const steps = new Map<string, Found>()
  const uses = new Map<string, number>()
  const unreported: StepOp[] = []
  let ending: Outcome | undefined
  let ran: RanStep | undefined
  let isUnrecorded = false
  let isLate = false
  /** The step whose code is in its synchronous part: a step that comes up now is inside it. */
  let enclosing: string | undefined
  let wake: () => void = () => undefined
  let cancelTimer: (() => void) | undefined
  let resting: Rest | undefined

  const tools = createStepTools(report, task.ports)
  const code = async (): Promise<unknown> => task.run(tools)
  code().then(
    (value) => end({ kind: "returned", value }),
    (error: unknown) => end({ kind: "threw", error }),
  )
  let pause: Promise<unknown> = rest()
  try {
    for (;;) {
      await pause // I1
      if (isUnrecorded) return { kind: "unrecorded", ops: unreported }
      if (ran) {
        const recorded = checkpoint && toStepRun(ran)
        if (!recorded) {
          if (unreported.length === 0) return { kind: "ran", step: ran }
          pause = flush()
          continue
        }
        unreported.push(recorded)
        steps.get(ran.id)?.settle({ data: recorded.data ?? null })
        ran = undefined
        pause = checkpoint?.isDue(unreported) ? flush() : rest()
        continue
      }
      const move = nextMove({
        steps: steps.values(),
        hasEnded: ending !== undefined,
        stack,
        target,
        mayRun: task.mayRun,
        isLate,
      })
      const isOver = move.kind === "run" && target === undefined && checkpoint?.isOver() === true
      // What is said to the server comes after what was done before it.
      if (unreported.length > 0 && (isOver || move.kind === "end" || move.kind === "report")) {
        pause = flush()
        continue
      }
      if (isOver) return { kind: "yielded" }
      switch (move.kind) {
        case "end":
          if (ending) return ending
          pause = rest()
          break
        case "fulfil":
          move.step.settle(memoized[move.step.id] ?? null)
          pause = rest()
          break
        case "run":
          pause = run(move.step)
          break
        case "report":
          return { kind: "found", ops: move.steps.map(toFoundOp) } // I5
        case "wait":
          if (target !== undefined && !cancelTimer)
            cancelTimer = clock.setTimer(clock.now() + targetTimeoutMs, () => {
              isLate = true
              wake()
            })
          pause = new Promise<void>((resolve) => (wake = resolve)).then(rest)
          break
        case "lost":
          return { kind: "lost", stepId: target ?? "" }
        default:
          return move satisfies never
      }
    }
  } finally {
    cancelTimer?.()
  }

  function end(outcome: Outcome): void {
    ending = outcome
    resting?.finish()
    wake()
  }

  function report(definition: StepDefinition<unknown>, mode: ParallelMode | undefined): Promise<unknown> {
    if (enclosing !== undefined) {
      throw new NonRetriableError(`Step "${definition.id}" is inside step "${enclosing}"; put it behind`)
    }
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const userlandIndex = nextIndex(definition.id)
    const id = hashStepId(definition.id, userlandIndex)
    const isRunnable = definition.kind === "run"
    // Hashed: no name of a prototype's.
    const memo = memoized[id]
    const input = memoizedInput(memo)
    const step: Found = {
      id,
      input,
      identity: { id, displayName: definition.displayName, userlandId: definition.id, userlandIndex },
      definition,
      mode,
      isRunnable,
      runsAtOnce: isRunnable && !mode,
      state: memo === undefined || input ? "new" : "memoized",
      settle(value) {
        step.state = "settled"
        try {
          resolve(definition.read(value))
        } catch (error) {
          reject(error)
        }
      },
    }
    steps.set(id, step)
    if (!ending) resting?.renew()
    wake()
    return promise
  }

  /** Also past an id that a user chose to look like a repeat: `loop:1`. */
  function nextIndex(id: string): number {
    let index = uses.get(id) ?? 0
    while (steps.has(hashStepId(id, index))) index++
    uses.set(id, index + 1)
    return index
  }

  /** Until the function ended, or waits: turns of the microtask queue go by without a new step. */
  function rest(): Promise<void> {
    resting = startRest()
    if (ending) resting.finish()
    return resting.over
  }

  async function run({ definition, identity, mode, input = [] }: Found): Promise<void> {
    if (definition.kind !== "run") return
    const { id, displayName } = definition
    const startedAtMs = clock.now()
    const work = (): unknown => {
      enclosing = id
      try {
        return definition.run(...input)
      } finally {
        enclosing = undefined
      }
    }
    const worked = async (): Promise<unknown> => task.runStep({ id, displayName }, work)
    const result = await worked().then(
      (value): RanStep["result"] => ({
        kind: "data",
        data: value === undefined ? null : toJsonValue(value, "~.0.data"),
      }),
      (error: unknown): RanStep["result"] => ({ kind: "error", error }),
    )
    ran = {
      ...identity,
      name: definition.name,
      opts: { ...definition.opts, ...(mode && { parallelMode: mode }) },
      timing: { startedAtMs, durationMs: clock.now() - startedAtMs },
      result,
    }
  }

  async function flush(): Promise<void> {
    if (await checkpoint?.report([...unreported])) unreported.length = 0
    else isUnrecorded = true
    await rest()
  }
}

function toFoundOp({ identity, definition, mode }: Found): StepOp {
  return definition.kind === "run"
    ? { ...identity, op: "StepPlanned", name: definition.name, parallelMode: mode }
    : { ...identity, ...definition.op }
}

/** The op of a step that ran, `undefined` when it failed. */
export function toStepRun({ result, ...step }: RanStep): Extract<StepOp, { op: "StepRun" }> | undefined {
  return result.kind === "error" ? undefined : { ...step, op: "StepRun", data: result.data }
}
