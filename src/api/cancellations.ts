import type { CallOptions } from "../http/request-options.ts"
import { type Cancellation, decodeCancellation } from "../protocol/cancellation.ts"
import { decodeData } from "../protocol/envelope.ts"
import { cancellationsCreate, cancellationsDelete, cancellationsList } from "../protocol/routes.ts"
import { list } from "../protocol/shape.ts"
import { invalid } from "../shared/validation-error.ts"
import type { Clock } from "../shared/clock.ts"
import type { Duration } from "../shared/duration.ts"
import type { PageList } from "../shared/page.ts"
import { type Ask, orNull } from "./ask.ts"
import { createWholeList } from "./pages.ts"
import { toTime, toTimeIf } from "./time.ts"

export interface CancellationInput {
  appId: string
  /** In full (`core-ship-order`), or within the app (`ship-order`). */
  functionId: string
  /** A duration ago (`"5m"`), a Date, or a time as text. In the past, by the server's clock. */
  startedBefore: Duration | Date
  /** Written like `startedBefore`. @default all before that */
  startedAfter?: Duration | Date | undefined
  /** Which of them: an expression over the event that started it, `event.data.id == '7'`. @default all */
  if?: string | undefined
}

/** Cancel a function's runs in bulk. Stock dev and self-hosted servers crash on these routes (measured): a ServerError with status 500. */
export interface CancellationsApi {
  /** Never asked twice once bytes were sent: an error without an answer says that it may have happened. */
  create(input: CancellationInput, options?: CallOptions): Promise<Cancellation>
  list(options?: CallOptions): PageList<Cancellation>
  /** Ends a cancellation, not what it has cancelled. An absent one is fine. */
  delete(id: string, options?: CallOptions): Promise<void>
}

export function createCancellationsApi(ask: Ask, clock: Clock): CancellationsApi {
  return {
    async create({ appId, functionId, startedBefore, startedAfter, if: condition }, options) {
      const nowMs = clock.now()
      for (const [path, name] of Object.entries({ appId, functionId })) if (!name) throw invalid(path, "is missing")
      const body = {
        app_id: appId,
        // Anything but the full slug is an unknown function to this route.
        function_id: functionId.startsWith(`${appId}-`) ? functionId : `${appId}-${functionId}`,
        started_before: toTime("startedBefore", startedBefore, nowMs),
        started_after: toTimeIf("startedAfter", startedAfter, nowMs),
        if: condition,
      }
      const answer = await ask(cancellationsCreate, {}, { body, options })
      return decodeData(answer, decodeCancellation, cancellationsCreate)
    },
    list: (options) =>
      createWholeList(async () => {
        const answer = await ask(cancellationsList, {}, { options })
        return decodeData(answer, list(decodeCancellation), cancellationsList)
      }),
    async delete(id, options) {
      await orNull(ask(cancellationsDelete, { id }, { options }))
    },
  }
}
