import { type JsonValue, isJsonObject } from "../../shared/json.ts"
import type { Duration } from "../../shared/duration.ts"
import { type StepDefinition, type StepId, readData, toStepIdentity } from "./definition.ts"
import { toTimeoutText } from "./wait-for-event.ts"

export interface WaitForSignalOptions {
  /** Names are shared by all functions. Signals are not kept: one that comes before the wait is lost. */
  signal: string
  timeout: Duration
  /** When another run waits for it already: `fail` this one, or `replace` the other's wait. @default "fail" */
  onConflict?: "fail" | "replace" | undefined
}

export interface ReceivedSignal {
  signal: string
  data: JsonValue
}

export function defineWaitForSignal(
  step: StepId,
  { signal, timeout, onConflict }: WaitForSignalOptions,
): StepDefinition<ReceivedSignal | null> {
  const identity = toStepIdentity(step)
  const read = readData(identity.id)
  return {
    ...identity,
    kind: "report",
    op: {
      op: "WaitForSignal",
      signal,
      timeout: toTimeoutText(timeout),
      conflict: onConflict === "replace" ? "replace" : undefined,
    },
    read(memoized) {
      const data = read(memoized)
      return isJsonObject(data) ? { signal, data: data.data ?? null } : null
    },
  }
}
