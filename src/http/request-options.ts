/** Options that every constructor of this package takes about its requests, and how they become the transport's. */
import { refuse } from "../shared/error.ts"
import type { Clock } from "../shared/clock.ts"
import { type Duration, parseDuration } from "../shared/duration.ts"
import type { Random } from "../shared/random.ts"
import { noDuration } from "./duration-option.ts"
import type { Fetch } from "./exchange.ts"
import type { TransportOptions } from "./transport.ts"

export interface RetryOptions {
  /** Requests in all, the first included; 1 = no retry. @default 4 */
  attempts?: number | undefined
  /** Before the second attempt; doubled for each further one, with jitter. @default 250 ms */
  minDelay?: Duration | undefined
  /** @default "8s" */
  maxDelay?: Duration | undefined
}

/** A `Fetch`, or what takes more than it is given here, as the global one does. Written as a method, for which TypeScript allows both. */
type FetchOption = { fetch(input: string | URL | Request, init?: RequestInit): ReturnType<Fetch> }["fetch"]

export interface RequestOptions {
  /** Instead of the global `fetch`; called with a URL as text, and always with what `Fetch` names. */
  fetch?: FetchOption | undefined
  /**
   * Connection failures, timeouts, 408, 425, 429 and 5xx (not 501) are tried again, where repeating is safe: reads, writes by key, and
   * events, whose ids stay the same. A `Retry-After` up to a minute is honoured; with a longer one the call fails at once.
   */
  retry?: RetryOptions | undefined
  /** For each attempt, its body included. A deadline for a whole call is its `signal`. @default "30s" */
  timeout?: Duration | undefined
  /** Sent with every request. An `authorization` here replaces the one made from the keys. */
  headers?: Readonly<Record<string, string>> | undefined
  clock?: Clock | undefined
  random?: Random | undefined
}

/** What a single call takes. */
export interface CallOptions {
  /** Ends the call, waits and retries included; its reason is thrown as it is. */
  signal?: AbortSignal | undefined
  /** For each attempt of this call. */
  timeout?: Duration | undefined
}

type RequestSettings = Pick<TransportOptions, "retry" | "timeoutMs">

/**
 * @param others the names of the options besides `RequestOptions`.
 * @returns the options, with durations in ms.
 * @throws ConfigError naming the option.
 */
export function toRequestSettings<Options extends RequestOptions>(
  options: Options,
  others: readonly string[],
): Omit<Options, "retry"> & RequestSettings {
  const names = [...others, "fetch", "retry", "timeout", "headers", "clock", "random"]
  for (const [option, value] of Object.entries(options)) {
    if (!names.includes(option)) refuse(option, `is none of the options ${names.join(", ")}`)
    const kind = option === "fetch" ? "function" : /^(appId|baseURL|env)$|Key/.test(option) ? "string" : typeof value
    if (value !== undefined && typeof value !== kind) refuse(option, `must be a ${kind}`)
  }
  const { retry: { attempts, minDelay, maxDelay } = {}, timeout } = options
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts > 0))
    refuse("retry.attempts", "must be a whole number from 1")
  const toMs = (option: string, duration: Duration | undefined, minMs = 0): number | undefined => {
    const durationMs = duration === undefined ? undefined : (parseDuration(duration) ?? -1)
    if (durationMs !== undefined && durationMs < minMs) refuse(option, noDuration(duration))
    return durationMs
  }
  return {
    ...options,
    retry: { attempts, minDelayMs: toMs("retry.minDelay", minDelay), maxDelayMs: toMs("retry.maxDelay", maxDelay) },
    timeoutMs: toMs("timeout", timeout, Number.MIN_VALUE),
  }
}

/**
 * @param others the options that the call has besides.
 * @throws ValidationError for a `timeout` that is none, and for an unknown option.
 */
export async function toCallSettings(
  options: CallOptions,
  others: readonly string[] = [],
): Promise<{ signal?: AbortSignal | undefined; timeoutMs?: number | undefined }> {
  const { signal, timeout } = options
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout) || 0
  const names = ["signal", "timeout", ...others]
  if (timeoutMs === 0 || Object.keys(options).some((name) => !names.includes(name)))
    throw (await import("./refused-call.ts")).refusedCall(options, names)
  return { signal, timeoutMs }
}
