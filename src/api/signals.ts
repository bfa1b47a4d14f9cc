import { invalid } from "../shared/validation-error.ts"
import type { CallOptions } from "../http/request-options.ts"
import { decodeData } from "../protocol/envelope.ts"
import { signalsSend } from "../protocol/routes.ts"
import { type Decode, shape, text } from "../protocol/shape.ts"
import { type Ask, orNull } from "./ask.ts"

export interface SignalsApi {
  /**
   * Resume the run that waits for a signal.
   *
   * Never asked twice once bytes were sent: an error without an answer says that it may have happened.
   *
   * @param data what the waiting step gets. @default null
   * @returns the run that got it, or `null` when none waits: a signal is not kept for later.
   */
  send(name: string, data?: unknown, options?: CallOptions): Promise<{ runId: string } | null>
}

export function createSignalsApi(ask: Ask): SignalsApi {
  return {
    async send(name, data = null, options) {
      // The server's answer would be a 500.
      if (name === "") throw invalid("signal", "must have a name")
      const body = await orNull(ask(signalsSend, {}, { body: { signal: name, data }, options }))
      return body === null ? null : decodeData(body, decodeResumedRun, signalsSend)
    },
  }
}

const decodeResumedRun: Decode<{ runId: string }> = /* @__PURE__ */ shape({ runId: ["run_id", text] })
