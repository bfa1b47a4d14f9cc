/** `inngest-kit/functions`: durable functions, served by one fetch handler. */
export type { CallRequest, CallResponse } from "../protocol/execution.ts"
export type { StepOp } from "../protocol/step.ts"
export type { FunctionConfig } from "../protocol/function-config.ts"
export type { RegisterRequest } from "../protocol/sync.ts"
export type { Checkpoint } from "../protocol/checkpoint.ts"
export type { SerializedError } from "../protocol/error.ts"
export type { SignatureCheck } from "../protocol/signature.ts"
