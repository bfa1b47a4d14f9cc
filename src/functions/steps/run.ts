import type { JsonValue } from "../../shared/json.ts"
import { type StepDefinition, type StepId, readData, toStepIdentity } from "./definition.ts"

export function defineRun(step: StepId, run: () => unknown): StepDefinition<JsonValue> {
  const identity = toStepIdentity(step)
  return { ...identity, kind: "run", name: identity.id, run, read: readData(identity.id) }
}
