/** Options that every constructor of this package takes about its requests, and how they become the transport's. */
import { ConfigError, ValidationError } from "../errors.ts"
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

/** @throws ConfigError naming the option. */
export function toRequestSettings({
  fetch,
  retry = {},
  timeout,
  headers,
  clock,
  random,
}: RequestOptions): RequestSettings {
  const { attempts } = retry
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts > 0))
    throw new ConfigError("retry.attempts: must be a whole number from 1", { option: "retry.attempts" })
  const policy = {
    attempts,
    minDelayMs: durationOption("retry.minDelay", retry.minDelay),
    maxDelayMs: durationOption("retry.maxDelay", retry.maxDelay),
  }
  const timeoutMs = durationOption("timeout", timeout)
  if (timeoutMs === 0) throw new ConfigError("timeout: must be longer than 0", { option: "timeout" })
  return { fetch, retry: policy, timeoutMs, headers, clock, random }
}

function durationOption(option: string, duration: Duration | undefined): number | undefined {
  const durationMs = duration === undefined ? undefined : parseDuration(duration)
  if (duration !== undefined && durationMs === undefined)
    throw new ConfigError(`${option}: "${duration}" is no duration ("500ms", "30s", or a number of ms)`, { option })
  return durationMs
}

/** @throws ValidationError for a `timeout` that is none. */
export function toCallSettings({ signal, timeout }: CallOptions): {
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
} {
  if (timeout === undefined) return { signal }
  const timeoutMs = parseDuration(timeout)
  if (!timeoutMs)
    throw new ValidationError("timeout", [
      { path: "", message: `"${timeout}" is no duration ("5s", or a number of ms)` },
    ])
  return { signal, timeoutMs }
}
