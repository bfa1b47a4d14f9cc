import type { ConflictError, NotFoundError } from "../shared/call-errors.ts"
import { hasCode } from "../shared/error.ts"
import { invalid } from "../shared/validation-error.ts"
import type { CallOptions } from "../http/request-options.ts"
import { decodeData, decodePage, unwrapData } from "../protocol/envelope.ts"
import { type FunctionInfo, decodeFunction, decodeFunctionV1 } from "../protocol/function.ts"
import { type Decode, list, shape, text } from "../protocol/shape.ts"
import { functionsInvoke, functionsList, functionsListV1 } from "../protocol/routes.ts"
import { isJsonObject } from "../shared/json-value.ts"
import type { PageList } from "../shared/page.ts"
import type { Random } from "../shared/random.ts"
import type { AppsApi } from "./apps.ts"
import type { Ask, Either } from "./ask.ts"
import { createPages, createWholeList } from "./pages.ts"

export interface FunctionsListOptions extends CallOptions {
  /** @default those of every app */
  appId?: string | undefined
}

export interface InvokeOptions extends CallOptions {
  /** What the function gets as `event.data`. @default {} */
  data?: object | undefined
  /** The function's app. Without it, the client's own app is tried, then each whose id the function's begins with. */
  appId?: string | undefined
  /** Two calls with the same key are one run. @default a new one for each call, so that a retry after a lost answer is the same run */
  idempotencyKey?: string | undefined
}

/** A run that was started. */
export interface StartedRun {
  runId: string
}

export interface FunctionsApi {
  /** All functions, however many pages that takes. */
  list(options?: FunctionsListOptions): PageList<FunctionInfo>
  /**
   * Run a function now, without an event of yours: `runs.wait(runId)` then gives what it returned. Needs a server with REST v2.
   *
   * @param id in full (`core-ship-order`), or within its app (`ship-order`) where the app is known.
   * @throws NotFoundError when the server has no such function, ValidationError when none of its apps can have it.
   */
  invoke(id: string, options?: InvokeOptions): Promise<StartedRun>
}

export interface FunctionsPorts {
  ask: Ask
  either: Either
  apps: AppsApi
  random: Random
  /** The client's own app. */
  appId: string | undefined
}

export function createFunctionsApi({ ask, either, apps, random, appId: ownApp }: FunctionsPorts): FunctionsApi {
  return {
    list: ({ appId, ...options } = {}) =>
      createWholeList(async () => {
        if (appId !== undefined) return ofApp(appId, options)
        const { data } = await apps.list(options)
        return (await Promise.all(data.map(({ id }) => ofApp(id, options)))).flat()
      }),
    async invoke(id, { data = {}, appId, idempotencyKey: givenKey, ...options } = {}) {
      const idempotencyKey = givenKey ?? btoa(String.fromCharCode(...random.bytes(16)))
      let notFound: unknown = invalid("function", `"${id}" is of no app known here`)
      for await (const app of appsOf(id, appId, options)) {
        try {
          const body = { data, idempotencyKey }
          return decodeData(
            await ask(functionsInvoke, { app, fn: id }, { body, options }),
            decodeStartedRun,
            functionsInvoke,
          )
        } catch (error) {
          // The key is known: it is the run of an earlier attempt.
          if (hasCode<ConflictError>(error, "conflict") && isJsonObject(unwrapData(error.body)))
            return decodeData(error.body, decodeStartedRun, functionsInvoke)
          if (!hasCode<NotFoundError>(error, "not-found")) throw error
          notFound = error
        }
      }
      throw notFound
    },
  }

  async function ofApp(app: string, options: CallOptions): Promise<FunctionInfo[]> {
    return either(
      async () => {
        const pages = createPages(
          async (query) =>
            decodePage(await ask(functionsList, { app }, { query, options }), decodeFunction, functionsList),
          { limit: Infinity },
        )
        return (await pages).data
      },
      // No envelope there.
      async () =>
        list(decodeFunctionV1(app))(await ask(functionsListV1, { app }, { options }), functionsListV1.name, "body"),
    )
  }

  /** `core-ship-order` may be of the app `core`, or of `core-ship`. */
  async function* appsOf(id: string, appId: string | undefined, options: CallOptions): AsyncGenerator<string> {
    if (appId !== undefined) return yield appId
    if (ownApp !== undefined) yield ownApp
    for await (const app of apps.list(options)) if (id.startsWith(`${app.id}-`) && app.id !== ownApp) yield app.id
  }
}

export const decodeStartedRun: Decode<StartedRun> = /* @__PURE__ */ shape({ runId: text })
