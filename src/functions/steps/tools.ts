/** The step tools, as a function sees them. Each makes a definition; what becomes of it is for the execution to say. */
import type { EventInput, EventType, InngestEvent } from "../../events/event-type.ts"
import type { SendEvents, SendResult } from "../../events/send.ts"
import type { ParallelMode } from "../../protocol/step.ts"
import type { Duration } from "../../shared/duration.ts"
import type { FunctionReference } from "../function-reference.ts"
import type { Jsonified } from "../jsonified.ts"
import type { StepDefinition, StepId } from "./definition.ts"
import { type FetchStepOptions, defineFetch } from "./fetch.ts"
import { type InvokeStepOptions, defineInvoke } from "./invoke.ts"
import { defineRun } from "./run.ts"
import { defineSendEvent } from "./send-event.ts"
import { type SendSignal, type SendSignalOptions, defineSendSignal } from "./send-signal.ts"
import { defineSleep, defineSleepUntil } from "./sleep.ts"
import { type WaitForEventOptions, defineWaitForEvent } from "./wait-for-event.ts"
import { type ReceivedSignal, type WaitForSignalOptions, defineWaitForSignal } from "./wait-for-signal.ts"

/**
 * Steps: what a run remembers. Each is done once, whatever is repeated around it. They are found by running the function, so what lies
 * between them should give the same on every run. Side by side: `Promise.all`, or `Promise.race`. A step can't hold steps.
 */
export interface StepTools {
  /**
   * Run code once and keep what it returns, as JSON: a Date comes back as a string. When a run is started again from this step with an input,
   * the code gets that as its arguments.
   *
   * @throws StepError when its last attempt failed; it has the name and message of what was thrown.
   */
  run<Output>(id: StepId, work: () => Output): Promise<Jsonified<Awaited<Output>>>
  /** Whole seconds, at least one; up to 366 days. */
  sleep(id: StepId, duration: Duration): Promise<void>
  /** A time that is past is over at once. */
  sleepUntil(id: StepId, at: Date | string | number): Promise<void>
  /** The first event that comes from now on and matches, or null when the time is over. */
  waitForEvent<Name extends string, Data>(
    id: StepId,
    options: Omit<WaitForEventOptions<Name, Data>, "event"> & { event: EventType<Name, Data> },
  ): Promise<InngestEvent<Name, Jsonified<Data>> | null>
  waitForEvent<Name extends string>(
    id: StepId,
    options: Omit<WaitForEventOptions<Name, unknown>, "event"> & { event: Name },
  ): Promise<InngestEvent<Name> | null>
  /**
   * Run another function and wait for what it returns. When that run is cancelled, it is the data of its `inngest/function.finished` event.
   *
   * @throws StepError when it fails, is not there, or takes too long (name `InngestInvokeTimeoutError`).
   */
  invoke<Data, Output>(
    id: StepId,
    options: Omit<InvokeStepOptions<NoInfer<Data>, Output>, "function"> & { function: FunctionReference<Data, Output> },
  ): Promise<Output>
  invoke(
    id: StepId,
    options: Omit<InvokeStepOptions<object, unknown>, "function"> & { function: string },
  ): Promise<unknown>
  sendEvent(id: StepId, events: EventInput | readonly EventInput[]): Promise<SendResult>
  /** A signal, or null when the time is over. */
  waitForSignal(id: StepId, options: WaitForSignalOptions): Promise<ReceivedSignal | null>
  /** `runId` of the run that waited; absent where none did. */
  sendSignal(id: StepId, options: SendSignalOptions): Promise<{ runId?: string }>
  /**
   * A request that the server makes, while nothing of this app runs. Any status is a result.
   *
   * @throws StepError named `GatewayError` when there was no answer.
   */
  fetch(url: string | URL, options?: FetchStepOptions): Promise<Response>
}

export interface StepGroup {
  /**
   * Steps that `work` starts before it first waits are one group of this mode. `race`: the function goes on after each of them, not only after
   * the last, so that a `Promise.race` does not wait for the slow one.
   */
  parallel<Result>(options: { mode?: ParallelMode | undefined }, work: () => Result): Result
}

export interface StepPorts {
  appId: string
  send: SendEvents
  sendSignal: SendSignal
}

/** Hands a step to the execution. */
export type ReportStep = (definition: StepDefinition<unknown>, mode: ParallelMode | undefined) => Promise<unknown>

export function createStepTools(
  report: ReportStep,
  { appId, send, sendSignal }: StepPorts,
): { step: StepTools; group: StepGroup } {
  let mode: ParallelMode | undefined
  // Bad arguments reject, as everything else that goes wrong with a step.
  const tool =
    <Arguments extends readonly unknown[]>(define: (...given: Arguments) => StepDefinition<unknown>) =>
    (...given: Arguments): Promise<unknown> => {
      // At once, so that a group knows its members.
      const result = (async () => report(define(...given), mode))()
      // A failed step may be awaited only later, or by nobody: that is no unhandled rejection.
      result.catch(() => undefined)
      return result
    }
  const step = {
    run: tool(defineRun),
    sleep: tool(defineSleep),
    sleepUntil: tool(defineSleepUntil),
    waitForEvent: tool(defineWaitForEvent),
    invoke: tool((id: StepId, options: InvokeStepOptions<object, unknown>) => defineInvoke(id, options, appId)),
    sendEvent: tool((id: StepId, events: EventInput | readonly EventInput[]) => defineSendEvent(id, events, send)),
    waitForSignal: tool(defineWaitForSignal),
    sendSignal: tool((id: StepId, options: SendSignalOptions) => defineSendSignal(id, options, sendSignal)),
    fetch: tool(defineFetch),
  } satisfies Record<keyof StepTools, unknown>
  return {
    // What a tool gives is what its definition reads; the types of both stand in StepTools.
    step: step as unknown as StepTools,
    group: {
      parallel(options, work) {
        const outer = mode
        mode = options.mode
        try {
          return work()
        } finally {
          mode = outer
        }
      },
    },
  }
}
