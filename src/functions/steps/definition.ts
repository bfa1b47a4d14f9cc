/** What every step tool gives to the execution: what to report, what to run, and how its result reads. */
import { StepError } from "../../shared/function-errors.ts"
import { invalid } from "../../shared/validation-error.ts"
import { type MemoizedStep, type StepIdentity, type StepOp, decodeStepOutcome } from "../../protocol/step.ts"
import type { SerializedError } from "../../protocol/error.ts"
import { type JsonObject, type JsonValue, isJsonObject } from "../../shared/json.ts"

/** A step's id, unique in its function; the n-th use of one in a run is another step. `name` is what people see. */
export type StepId = string | { readonly id: string; readonly name?: string | undefined }

type WithoutIdentity<Op> = Op extends StepOp ? Omit<Op, keyof StepIdentity> : never

export type StepDefinition<Result> = {
  readonly id: string
  readonly displayName: string
  /** @throws StepError */
  read(memoized: MemoizedStep): Result
} & (
  | {
      /** A step whose code runs here. */
      readonly kind: "run"
      readonly name: string
      /** Of its ops: `{ type: "step.sendEvent" }`. */
      readonly opts?: JsonObject
      /** What a rerun puts in. */
      run(...input: readonly JsonValue[]): unknown
    }
  | {
      /** A step that the server carries out. */
      readonly kind: "report"
      readonly op: WithoutIdentity<StepOp>
    }
)

/** What a definition begins with. @throws ValidationError for what is no id. */
export function toStepIdentity(step: StepId): { id: string; displayName: string } {
  const { id, name = id } = typeof step === "string" ? { id: step } : step
  if (typeof id === "string" && id !== "") return { id, displayName: name || id }
  throw invalid("id", "must be a non-empty string")
}

/** The data of a step that ran, was invoked or was fetched. @throws StepError */
export function readData(stepId: string): (memoized: MemoizedStep) => JsonValue {
  return (memoized) => {
    const outcome = decodeStepOutcome(memoized)
    if (outcome.kind === "data") return outcome.data
    throw toStepError(outcome.error, stepId)
  }
}

function toStepError({ name, message, stack, cause }: SerializedError, stepId: string): StepError {
  // Its stack is where the step failed.
  return Object.assign(new StepError(message, { name, stepId }, { cause: toCause(cause) }), stack && { stack })
}

/** A cause that is an error again. */
function toCause(cause: SerializedError["cause"]): unknown {
  return isJsonObject(cause as JsonValue | undefined) && typeof (cause as SerializedError).message === "string"
    ? toError(cause as SerializedError)
    : cause
}

/** An error that was data, with its causes. */
export function toError({ name, message, stack, cause }: SerializedError): Error {
  const options = cause === undefined ? undefined : { cause: toCause(cause) }
  return Object.assign(new Error(message, options), { name }, stack && { stack })
}
