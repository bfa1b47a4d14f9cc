/** Steps reported while a call goes on: `POST /v1/checkpoint/:run/async`. */
import type { RawRequest } from "../api/raw.ts"
import { encodeCheckpoint } from "../protocol/checkpoint.ts"
import type { CallContext } from "../protocol/execution.ts"
import { buildPath, checkpointAsync } from "../protocol/routes.ts"
import { backoffDelayMs } from "../shared/backoff.ts"
import { type Clock, wait } from "../shared/clock.ts"
import { parseDuration } from "../shared/duration.ts"
import type { Random } from "../shared/random.ts"
import type { Checkpointing } from "./execution.ts"
import type { CheckpointOptions } from "./flow-control.ts"

/** @source the official SDK; what was reported twice is stored once, since steps go by their ids */
const attempts = 5
const delays = { minDelayMs: 100, maxDelayMs: 2_000 }

export interface CheckpointPorts {
  request: RawRequest
  clock: Clock
  random: Random
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
      const body = encodeCheckpoint({
        runId: context.runId,
        functionUuid: context.functionUuid,
        queueItemId: context.queueItemId,
        requestId: context.requestId,
        generationId: context.generationId,
        requestStartedAtMs: startedAtMs,
        ops: [...ops],
        sentAtMs: clock.now(),
      })
      for (let attempt = 1; attempt <= attempts; attempt++) {
        try {
          await request("POST", buildPath(checkpointAsync.path, { run: context.runId }), { body })
          reportedAtMs = clock.now()
          return true
        } catch {
          // A server without this route, too: the steps go into the answer then.
          if (attempt < attempts) await wait(clock, backoffDelayMs(attempt, delays, random))
        }
      }
      return false
    },
  }
}
