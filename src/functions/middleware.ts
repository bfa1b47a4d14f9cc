/** Hooks around calls, functions and steps, as an onion: the first middleware is the outermost. */
import type { CallEvent, CallResponse } from "../protocol/execution.ts"
import type { RunningStep } from "./execution.ts"

/** What every hook is told. */
export interface CallInfo {
  /** In full: `core-ship-order`. */
  readonly functionId: string
  readonly runId: string
  /** 0-based. */
  readonly attempt: number
  readonly event: CallEvent
}

/**
 * A run takes several calls, each of which starts the function anew: a hook runs once per call, not once per run.
 *
 * Every hook is given `next`, which does the rest; it may look at what comes of it, replace it, or throw.
 */
export interface Middleware<Extra extends object = object> {
  readonly name?: string | undefined
  /** Around a whole call. `next` gives what the server will be told. */
  call?(info: CallInfo, next: () => Promise<CallResponse>): Promise<CallResponse>
  /**
   * Around the function's code. The members given to `next` are added to the function's argument. In a call in which the function waits for a
   * step, `next` never settles: clean up in `call`.
   */
  run?(info: CallInfo, next: (extra: Extra) => Promise<unknown>): Promise<unknown>
  /** Around the code of a step that runs in this call; what it gives is the step's result. */
  step?(info: CallInfo & { readonly step: RunningStep }, next: () => Promise<unknown>): Promise<unknown>
}

/** Identity, for the type of what `run` adds. */
export function defineMiddleware<Extra extends object>(middleware: Middleware<Extra>): Middleware<Extra> {
  return middleware
}

/** What all of them add. */
export type ExtraOf<Middlewares> = Middlewares extends readonly (infer Each)[]
  ? (Each extends Middleware<infer Extra> ? (extra: Extra) => void : never) extends (extra: infer All) => void
    ? All
    : object
  : object

/** Around a call. */
export function wrapCall(
  layers: readonly Middleware[],
  info: CallInfo,
  call: () => Promise<CallResponse>,
): Promise<CallResponse> {
  return wrap(layers, call, (layer, next) => layer.call?.(info, next))
}

/** Around a function's code, with what the layers add. */
export function wrapRun(
  layers: readonly Middleware[],
  info: CallInfo,
  run: (extra: object) => unknown,
): Promise<unknown> {
  let extra = {}
  return wrap<unknown>(
    layers,
    async () => run(extra),
    (layer, next) =>
      layer.run?.(info, (more) => {
        extra = { ...extra, ...more }
        return next()
      }),
  )
}

/** Around a step's code. */
export function wrapStep(
  layers: readonly Middleware[],
  info: CallInfo & { step: RunningStep },
  work: () => unknown,
): Promise<unknown> {
  return wrap<unknown>(
    layers,
    async () => work(),
    (layer, next) => layer.step?.(info, next),
  )
}

/** @param hook of a layer; `undefined` where it has none. */
function wrap<Result>(
  layers: readonly Middleware[],
  innermost: () => Promise<Result>,
  hook: (layer: Middleware, next: () => Promise<Result>) => Promise<Result> | undefined,
): Promise<Result> {
  return layers.reduceRight<() => Promise<Result>>(
    (next, layer) => async () => hook(layer, next) ?? next(),
    innermost,
  )()
}
