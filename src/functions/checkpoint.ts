/** Steps reported while a call goes on: `POST /v1/checkpoint/:run/async`. */
import type { RawRequest } from "../api/raw.ts"
import { encodeCheckpoint } from "../protocol/checkpoint.ts"
import type { CallContext } from "../protocol/execution.ts"
import type { checkpointAsync } from "../protocol/routes.ts"
import { backoffDelayMs } from "../shared/backoff.ts"
import type { Clock } from "../shared/clock.ts"
import { parseDuration } from "../shared/duration.ts"
import type { Random } from "../shared/random.ts"
import type { Checkpointing } from "./execution.ts"
import type { CheckpointOptions } from "./flow-control.ts"

/** @source the official SDK; what was reported twice is stored once, since steps go by their ids */
const attempts = 5
const delays = { minDelayMs: 100, maxDelayMs: 2_000 }

/** Written out, so that the bundle does not hold the rest of the route. */
const path: typeof checkpointAsync.path = "/v1/checkpoint/:run/async"

export interface CheckpointPorts {
  request: RawRequest
  clock: Clock
  random: Pick<Random, "next">
}

export function createCheckpointing(
  options: CheckpointOptions,
  context: CallContext,
  { request, clock, random }: CheckpointPorts,
): Checkpointing {
  const startedAtMs = clock.now()
  const { bufferedSteps = 1 } = options
  const maxIntervalMs = parseDuration(options.maxInterval ?? 0) || Infinity
  const maxRuntimeMs = parseDuration(options.maxRuntime ?? 0) || Infinity
  let reportedAtMs = startedAtMs
  return {
    isDue: (ops) => ops.length >= bufferedSteps || clock.now() - reportedAtMs >= maxIntervalMs,
    isOver: () => clock.now() - startedAtMs >= maxRuntimeMs,
    async report(ops) {
      const body = encodeCheckpoint({ context, requestStartedAtMs: startedAtMs, ops, sentAtMs: clock.now() })
      for (let attempt = 1; attempt <= attempts; attempt++) {
        try {
          await request("POST", path.replace(":run", encodeURIComponent(context.runId)), { body })
          reportedAtMs = clock.now()
          return true
        } catch {
          // A server without this route, too: the steps go into the answer then.
          if (attempt < attempts) {
            const atMs = clock.now() + backoffDelayMs(attempt, delays, random)
            await new Promise<void>((resolve) => clock.setTimer(atMs, resolve))
          }
        }
      }
      return false
    },
  }
}
