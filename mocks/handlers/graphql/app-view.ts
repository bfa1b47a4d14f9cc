/** Apps and their functions as GraphQL shows them: fields by name, those that cost something as functions. */
import type { AppRow, FunctionRow } from "../../engine/app.ts"
import type { Engine } from "../../engine/engine.ts"
import { shownUrl, writeConfig } from "../function-answers/apps.ts"

export interface AppFields {
  readonly id: string
  readonly name: string
  readonly [field: string]: unknown
}

export function appView(engine: Engine, app: AppRow): AppFields {
  const [, language = "", version = ""] = /^([^:]*):(.*)$/.exec(app.sdk) ?? []
  const isEmpty = app.slugs.length === 0
  return {
    id: app.id,
    name: app.name,
    externalID: app.name,
    sdkLanguage: language,
    sdkVersion: version,
    framework: app.framework === "" ? null : app.framework,
    url: shownUrl(app.url),
    error: isEmpty ? "No functions registered within your app" : null,
    connected: !isEmpty,
    functionCount: app.slugs.length,
    autodiscovered: false,
    method: "SERVE",
    functions: () => engine.reads.functionsOf(app).map((fn) => functionView(engine, fn)),
  }
}

export function functionView(engine: Engine, fn: FunctionRow): Record<string, unknown> {
  const { id, name, slug, appId } = fn
  return {
    id,
    name,
    slug,
    config: () => writeConfig(fn),
    concurrency: 0,
    triggers: fn.triggers.map((trigger) =>
      trigger.kind === "cron"
        ? { type: "CRON", value: trigger.cron, condition: null }
        : { type: "EVENT", value: trigger.event, condition: trigger.expression ?? null },
    ),
    url: shownUrl(fn.url),
    appID: appId,
    app: () => {
      const app = engine.reads.app(fn.appName)
      return app === undefined ? null : appView(engine, app)
    },
  }
}
