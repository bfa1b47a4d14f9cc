// The smallest server that can run a function: calls it until it is done, keeps what its steps gave. A double for tests of the SDK's side.
import {
  type CallRequest,
  type CallResponse,
  decodeCallAnswer,
  encodeCall,
  headersOfCall,
} from "../../src/protocol/execution.ts"
import { type MemoizedStep, type StepOp, memoizedData, memoizedError } from "../../src/protocol/step.ts"
import { type JsonObject, type JsonValue, stringifyJson } from "../../src/shared/json.ts"

export type Call = (request: Request) => Response | Promise<Response>

export interface DrivenRun {
  functionId: string
  event?: { name?: string; data?: JsonObject }
  events?: JsonObject[]
  maxAttempts?: number
  /** What the server gives for what it carries out itself. @default null: sleeps are over, waits have timed out */
  resolve?: (op: StepOp) => MemoizedStep
  /** Of the members of a parallel group, which is called first. @default in the order in which they were found */
  order?: (ops: StepOp[]) => StepOp[]
  /** Also as if every member of a group were followed by a discovery call. @default false */
  discoverAfterEach?: boolean
  /** Start from what an earlier run remembered. */
  remembered?: Remembered
}

export interface Remembered {
  steps: Record<string, MemoizedStep>
  stack: string[]
}

export interface DriveResult {
  end: Exclude<CallResponse, { kind: "ops" }>
  /** Every answer, in order. */
  answers: CallResponse[]
  /** The ops of the steps in them. */
  ops: StepOp[]
  remembered: Remembered
  /** The state before each discovery call. */
  history: Remembered[]
}

const maxCalls = 200

/** Run a function from its event to its end; retries come at once. */
export async function driveRun(call: Call, run: DrivenRun): Promise<DriveResult> {
  const { resolve = () => null, order = (ops) => ops, discoverAfterEach = false, maxAttempts = 4 } = run
  const steps: Remembered["steps"] = { ...run.remembered?.steps }
  const stack = [...(run.remembered?.stack ?? [])]
  const answers: CallResponse[] = []
  const history: Remembered[] = []
  let end: DriveResult["end"] | undefined
  const attempts = new Map<string, number>()
  while (end === undefined) {
    history.push({ steps: { ...steps }, stack: [...stack] })
    const answer = await ask("step", false)
    if (answer.kind === "ops") await carryOut(answer.ops)
    else if (answer.kind === "done" || !answer.retryable) end = answer
  }
  const ops = answers.flatMap((answer) => (answer.kind === "ops" ? answer.ops : []))
  return {
    end,
    answers,
    ops: ops.filter(({ op }) => op !== "RunComplete"),
    remembered: { steps, stack },
    history,
  }

  async function carryOut(found: StepOp[]): Promise<void> {
    const planned = order(found.filter(({ op }) => op === "StepPlanned"))
    for (const op of found) if (op.op !== "StepPlanned") settle(op)
    for (const { id } of planned) {
      if (steps[id] !== undefined) continue
      while (steps[id] === undefined) await attempt(id)
      if (discoverAfterEach && end === undefined) await ask("step", true)
    }
  }

  async function attempt(id: string): Promise<void> {
    const answer = await ask(id, true)
    if (answer.kind === "ops") for (const op of answer.ops) settle(op)
    else if (answer.kind === "done" || !answer.retryable)
      throw new Error(`a planned step was answered with ${answer.kind}`)
  }

  function settle(op: StepOp): void {
    if (op.op === "StepError") return
    if (op.op === "RunComplete") {
      end = { kind: "done", data: op.data ?? null }
      return
    }
    if (steps[op.id] === undefined) stack.push(op.id)
    steps[op.id] ??=
      op.op === "StepRun" ? memoizedData(op.data) : op.op === "StepFailed" ? memoizedError(op.error) : resolve(op)
  }

  async function ask(stepId: string, disableImmediateExecution: boolean): Promise<CallResponse> {
    if (answers.length >= maxCalls) throw new Error(`no end after ${maxCalls} calls`)
    const event = { id: "01EVENT", name: "test/go", data: {}, ts: 1_000, user: {}, ...run.event }
    const request: CallRequest = {
      event,
      events: (run.events as unknown as CallRequest["events"]) ?? [event],
      steps,
      version: 2,
      context: {
        runId: "01RUN",
        attempt: attempts.get(stepId) ?? 0,
        maxAttempts,
        stack: [...stack],
        stackCurrent: stack.length,
        disableImmediateExecution,
        useApi: false,
        env: "",
        functionUuid: "00000000-0000-0000-0000-000000000000",
        queueItemId: "item",
        jobId: "job",
        requestId: "01REQUEST",
        generationId: 1,
      },
    }
    const query = new URLSearchParams({ fnId: run.functionId, stepId })
    const response = await call(
      new Request(`http://localhost:3000/api/inngest?${query}`, {
        method: "POST",
        headers: headersOfCall(request, stepId),
        body: written(encodeCall(request)),
      }),
    )
    const answer = decodeCallAnswer({
      status: response.status,
      headers: response.headers,
      body: await response.text(),
    })
    answers.push(answer)
    // Of the call, whatever it ran.
    const isRetried = answer.kind === "ops" ? answer.ops.some(({ op }) => op === "StepError") : answer.kind === "error"
    attempts.set(stepId, isRetried ? (attempts.get(stepId) ?? 0) + 1 : 0)
    return answer
  }
}

/** As servers write it: integers beyond 2^53 as they are. */
function written(body: JsonObject): string {
  const text = stringifyJson(body)
  if (!text.ok) throw new Error(text.message)
  return text.value
}

/** Data of a run that returned; throws for one that failed. */
export function outputOf({ end }: DriveResult): JsonValue {
  if (end.kind === "done") return end.data
  throw new Error(`the run failed: ${end.error.name}: ${end.error.message}`)
}
