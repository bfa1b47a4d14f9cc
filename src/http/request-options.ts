/** Options that every constructor of this package takes about its requests, and how they become the transport's. */
import { invalid, refuse } from "../shared/error.ts"
import type { Clock } from "../shared/clock.ts"
import { type Duration, parseDuration } from "../shared/duration.ts"
import type { Random } from "../shared/random.ts"
import type { TransportOptions } from "./transport.ts"

export interface RetryOptions {
  /** Requests in all, the first included; 1 = no retry. @default 4 */
  attempts?: number | undefined
  /** Before the second attempt; doubled for each further one, with jitter. @default 250 ms */
  minDelay?: Duration | undefined
  /** @default "8s" */
  maxDelay?: Duration | undefined
}

export interface RequestOptions {
  /** Instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined
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

type RequestSettings = Pick<TransportOptions, "fetch" | "retry" | "timeoutMs" | "headers" | "clock" | "random">

const requestOptions: readonly (keyof RequestOptions)[] = ["fetch", "retry", "timeout", "headers", "clock", "random"]

/**
 * @param texts the names of the other options that hold text.
 * @param others those of all others.
 * @throws ConfigError naming the option.
 */
export function toRequestSettings(
  options: RequestOptions,
  texts: readonly string[],
  others: readonly string[],
): RequestSettings {
  const names = [...texts, ...others, ...requestOptions]
  for (const [option, value] of Object.entries(options)) {
    if (!names.includes(option)) refuse(option, `is none of the options ${names.join(", ")}`)
    if (value !== undefined && texts.includes(option) && typeof value !== "string") refuse(option, "must be a string")
  }
  const { fetch, retry = {}, timeout, headers, clock, random } = options
  const { attempts } = retry
  if (fetch !== undefined && typeof fetch !== "function") refuse("fetch", "must be a function")
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts > 0))
    refuse("retry.attempts", "must be a whole number from 1")
  const toMs = (option: string, duration: Duration | undefined, minMs = 0): number | undefined => {
    const durationMs = duration === undefined ? minMs : (parseDuration(duration) ?? -1)
    if (durationMs < minMs) refuse(option, noDuration(duration))
    return duration === undefined ? undefined : durationMs
  }
  const policy = {
    attempts,
    minDelayMs: toMs("retry.minDelay", retry.minDelay),
    maxDelayMs: toMs("retry.maxDelay", retry.maxDelay),
  }
  return { fetch, retry: policy, timeoutMs: toMs("timeout", timeout, Number.MIN_VALUE), headers, clock, random }
}

/** @throws ValidationError for a `timeout` that is none. */
export function toCallSettings({ signal, timeout }: CallOptions): {
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
} {
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout) || 0
  if (timeoutMs === 0) throw invalid("timeout", noDuration(timeout))
  return { signal, timeoutMs }
}

function noDuration(given: Duration | undefined): string {
  return `"${given}" is no duration ("500ms", "30s", or a number of ms)`
}
