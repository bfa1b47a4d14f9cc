import type { Duration } from "../../shared/duration.ts"
import { toSleepText, toTimeText } from "../duration-text.ts"
import { type StepDefinition, type StepId, toStepIdentity } from "./definition.ts"

export function defineSleep(step: StepId, duration: Duration): StepDefinition<void> {
  return defineSleepOf(step, toSleepText(duration))
}

export function defineSleepUntil(step: StepId, at: Date | string | number): StepDefinition<void> {
  return defineSleepOf(step, toTimeText(at, "sleepUntil"))
}

function defineSleepOf(step: StepId, duration: string): StepDefinition<void> {
  return { ...toStepIdentity(step), kind: "report", op: { op: "Sleep", duration }, read: () => undefined }
}
