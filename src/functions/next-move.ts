/** What a call does next. Pure: from the steps that were found and what the server asked for. */

/** A step as far as this decision needs it. */
export interface StepView {
  /** Hashed. */
  readonly id: string
  /** `new`: the server knows no result; `memoized`: it does, and the function does not have it yet; `settled`: the function has it. */
  readonly state: "new" | "memoized" | "settled"
  /** Whether it may be run as soon as it is found alone; not so what the server carries out, nor members of a race. */
  readonly runsAtOnce: boolean
  readonly isRunnable: boolean
}

export type Move<Step> =
  /** The function returned or threw. */
  | { kind: "end" }
  /** Give it its result. */
  | { kind: "fulfil"; step: Step }
  | { kind: "run"; step: Step }
  /** Tell the server what was found; the function waits for it. */
  | { kind: "report"; steps: Step[] }
  /** The function is busy with something that is no step. */
  | { kind: "wait" }
  /** The step that was asked for can't be found. */
  | { kind: "lost" }

export interface Situation<Step extends StepView> {
  /** In the order in which they were found. */
  steps: Iterable<Step>
  hasEnded: boolean
  /** Hashed ids in the order in which their steps ended. */
  stack: readonly string[]
  /** The step that the server asked to run; `undefined` in a discovery call. */
  target: string | undefined
  /** Whether the server allows to run a step that it did not ask for. */
  mayRun: boolean
  /** Whether the function had long enough to get to the target. */
  isLate: boolean
}

export function nextMove<Step extends StepView>(situation: Situation<Step>): Move<Step> {
  const { hasEnded, stack, target, mayRun, isLate } = situation
  const steps = [...situation.steps]
  const fresh = steps.filter(({ state }) => state === "new")
  if (target !== undefined) {
    const asked = fresh.find(({ id, isRunnable }) => id === target && isRunnable)
    if (asked) return { kind: "run", step: asked }
  }
  if (hasEnded) return { kind: "end" }
  const memoized = earliest(
    steps.filter(({ state }) => state === "memoized"),
    stack,
  )
  if (memoized) return { kind: "fulfil", step: memoized }
  // A step that another call ran meanwhile: what was found is told, nothing is run.
  const isDone = target !== undefined && stack.includes(target)
  if (target !== undefined && !isDone) return isLate ? { kind: "lost" } : { kind: "wait" }
  const [only, ...others] = fresh
  if (!only) return { kind: "wait" }
  return mayRun && target === undefined && others.length === 0 && only.runsAtOnce
    ? { kind: "run", step: only }
    : { kind: "report", steps: fresh }
}

/** What is not on the stack comes last. */
function earliest<Step extends StepView>(steps: readonly Step[], stack: readonly string[]): Step | undefined {
  const place = ({ id }: Step): number => stack.indexOf(id) + 1 || stack.length + 1
  let first: Step | undefined
  for (const step of steps) if (!first || place(step) < place(first)) first = step
  return first
}
