import type { Duration } from "../../shared/duration.ts"
import type { JsonValue } from "../../shared/json.ts"
import { toDurationText } from "../duration-text.ts"
import type { FunctionReference } from "../function-reference.ts"
import { toJsonValue } from "../../shared/loose-json.ts"
import { type StepDefinition, type StepId, readData, toStepIdentity } from "./definition.ts"

export interface InvokeStepOptions<Data, Output> {
  /** A function of this app, or the full id of one of any app: `core-ship-order`. */
  function: FunctionReference<Data, Output> | string
  /** What it gets as `event.data`. */
  data?: Data | undefined
  user?: object | undefined
  v?: string | undefined
  /** @default the server's: a year */
  timeout?: Duration | undefined
}

export function defineInvoke<Data, Output>(
  step: StepId,
  options: InvokeStepOptions<Data, Output>,
  appId: string,
): StepDefinition<JsonValue> {
  const { function: target, data, user, v, timeout } = options
  const identity = toStepIdentity(step)
  return {
    ...identity,
    kind: "report",
    op: {
      op: "InvokeFunction",
      functionId: typeof target === "string" ? target : `${appId}-${target.id}`,
      payload: { data: toJsonValue(data), user: toJsonValue(user), v },
      timeout: toDurationText(timeout, "timeout"),
    },
    read: readData(identity.id),
  }
}
