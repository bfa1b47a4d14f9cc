import { ValidationError, type ValidationIssue } from "../shared/validation-error.ts"
import type { InngestEvent } from "../events/event-type.ts"
import { type FunctionConfig, functionConfigIssues } from "../protocol/function-config.ts"
import type { SerializedError } from "../protocol/error.ts"
import { expressionFault } from "./expression.ts"
import { type FunctionOptions, toFlowControlConfig } from "./flow-control.ts"
import type { FunctionReference } from "./function-reference.ts"
import type { Jsonified } from "./jsonified.ts"
import type { ExtraOf, Middleware } from "./middleware.ts"
import type { StepGroup, StepTools } from "./steps/tools.ts"
import { type DataOf, type EventOf, type Trigger, toTriggerConfig } from "./triggers.ts"

/** What a function is called with. */
export interface FunctionContext<Event = InngestEvent> {
  event: Event
  /** All of them where events are batched; else the one. */
  events: Event[]
  step: StepTools
  group: StepGroup
  runId: string
  /** 0-based, of the function itself: a step has its own count. */
  attempt: number
  /** Retries plus one. */
  maxAttempts: number
}

/** The event of a run that failed for good. */
export type FailedEvent = InngestEvent<
  "inngest/function.failed",
  {
    /** In full. */
    function_id: string
    run_id: string
    error: SerializedError
    /** What had started the run. */
    event: InngestEvent
  }
>

export interface FailureContext extends FunctionContext<FailedEvent> {
  /** What the function failed with. */
  error: Error
}

/** A function, as `serve` takes it. */
export interface InngestFunction<Data = unknown, Output = unknown> extends FunctionReference<Data, Output> {
  readonly id: string
  readonly name: string
  readonly options: FunctionOptions
  /** What is registered, but for the app's id and address. */
  readonly config: Omit<FunctionConfig, "url" | "runtime">
  run(context: FunctionContext): unknown
  readonly onFailure: ((context: FailureContext) => unknown) | undefined
}

export interface CreateFunctionOptions<Middlewares extends readonly Middleware[]> extends FunctionOptions<Middlewares> {
  /**
   * Runs when a run failed for good, as a function of its own: `<id>-failure`, with steps and one retry. A cancelled run does not fail.
   */
  onFailure?: ((context: FailureContext) => unknown) | undefined
}

/**
 * A durable function: its steps are remembered, and whatever fails is tried again from there.
 *
 * @param triggers one or several, or `[]` for a function that is only invoked.
 * @param handler is run again for every step that ended; what it does outside of steps happens each time.
 * @returns what `serve` and `step.invoke` take.
 * @throws ValidationError with all that a server would refuse the function for, each with its path: also expressions that do not compile.
 */
export function createFunction<
  const Triggers extends Trigger | readonly Trigger[],
  Output,
  const Middlewares extends readonly Middleware[] = readonly [],
>(
  options: CreateFunctionOptions<Middlewares>,
  triggers: Triggers,
  handler: (context: FunctionContext<EventOf<Triggers>> & ExtraOf<Middlewares>) => Output,
): InngestFunction<DataOf<Triggers>, Jsonified<Awaited<Output>>>
export function createFunction(
  options: CreateFunctionOptions<readonly Middleware[]>,
  triggers: Trigger | readonly Trigger[],
  handler: (context: FunctionContext) => unknown,
): InngestFunction {
  const { id, name = id, retries, onFailure } = options
  const issues: ValidationIssue[] = []
  if (typeof handler !== "function") issues.push({ path: "handler", message: "must be a function" })
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0))
    issues.push({ path: "retries", message: "must be a whole number from 0" })
  const config = {
    id,
    name,
    // Every function can be invoked; a server takes no trigger for it (measured, recording `invoke`).
    triggers: [triggers]
      .flat()
      .filter((trigger) => !("event" in trigger && trigger.event === "inngest/function.invoked"))
      .map(toTriggerConfig),
    retries,
    ...toFlowControlConfig(options),
  }
  issues.push(...functionConfigIssues({ ...config, url: "", runtime: "http" }, expressionFault))
  if (issues.length > 0) throw new ValidationError(`function "${id}"`, issues)
  return { id, name, options, config, run: handler, onFailure }
}
