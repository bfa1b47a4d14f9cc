import type { JsonValue } from "../../shared/json.ts"
import { type StepDefinition, type StepId, readData, toStepIdentity } from "./definition.ts"

export interface SendSignalOptions {
  signal: string
  data?: unknown
}

/** Sends a signal; null where nobody waits for it. */
export type SendSignal = (signal: string, data?: unknown) => Promise<{ runId: string } | null>

/** @source measured (recording `signals`): `{}` where nobody waits */
export function defineSendSignal(
  step: StepId,
  { signal, data }: SendSignalOptions,
  send: SendSignal,
): StepDefinition<JsonValue> {
  const identity = toStepIdentity(step)
  return {
    ...identity,
    kind: "run",
    name: "sendSignal",
    opts: { type: "step.sendSignal", signal },
    run: async () => (await send(signal, data)) ?? {},
    read: readData(identity.id),
  }
}
