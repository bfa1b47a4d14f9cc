/** The server's limits on runs. @source read in the server, contract §6.3 */

/** Steps of one run. */
export const maxSteps: number = 1_000
/** Ops of one answer. */
export const maxOps: number = 1_000
/** What a step may give, and take. */
export const maxStepBytes: number = 4 * 1024 * 1024
/** A whole answer of an SDK. */
export const maxAnswerBytes: number = 8 * 1024 * 1024
/** A call above this leaves out steps and events: the SDK fetches them. */
export const maxCallBytes: number = 4 * 1024 * 1024
/** What all steps of a run may give together. */
export const maxStateBytes: number = 32 * 1024 * 1024
/** How long one call may take. */
export const maxCallMs: number = 2 * 3_600_000
/** How far ahead a sleep or a wait may end. */
export const maxWaitMs: number = 366 * 86_400_000
/** Where an invocation or a cancellation has no limit of its own. */
export const yearMs: number = 365 * 86_400_000
/** How long the id of an event keeps a function from running again. */
export const idempotencyMs: number = 86_400_000
