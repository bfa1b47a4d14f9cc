/** The functions of an app by their full ids, failure handlers among them. */
import { ConfigError } from "../shared/error.ts"
import type { FunctionConfig } from "../protocol/function-config.ts"
import type { JsonValue } from "../shared/json.ts"
import { decodeError } from "../protocol/error.ts"
import type { FailedEvent, FunctionContext, InngestFunction } from "./create-function.ts"
import type { FunctionOptions } from "./flow-control.ts"
import { toError } from "./steps/definition.ts"

export interface ServedFunction {
  /** In full: `core-ship-order`. */
  readonly id: string
  readonly options: FunctionOptions
  readonly config: Omit<FunctionConfig, "url" | "runtime">
  run(context: FunctionContext): unknown
}

/** @throws ConfigError for two functions with one id: the server would keep the last. */
export function createApp(appId: string, functions: readonly InngestFunction[]): ReadonlyMap<string, ServedFunction> {
  const app = new Map<string, ServedFunction>()
  const add = (served: ServedFunction): void => {
    if (app.has(served.id))
      throw new ConfigError(`functions: "${served.id.slice(appId.length + 1)}" is there twice`, { option: "functions" })
    app.set(served.id, served)
  }
  for (const fn of functions) {
    const id = `${appId}-${fn.id}`
    add({ id, options: fn.options, config: { ...fn.config, id }, run: (context) => fn.run(context) })
    const { onFailure } = fn
    if (onFailure === undefined) continue
    const failureId = `${id}-failure`
    add({
      id: failureId,
      options: { id: failureId, middleware: fn.options.middleware },
      config: {
        id: failureId,
        name: `${fn.name} (failure)`,
        triggers: [{ event: "inngest/function.failed", expression: `event.data.function_id == '${id}'` }],
        retries: 1,
      },
      run: (context) =>
        onFailure({
          ...(context as FunctionContext<FailedEvent>),
          error: toError(decodeError((context.event.data as { error?: JsonValue }).error)),
        }),
    })
  }
  return app
}
