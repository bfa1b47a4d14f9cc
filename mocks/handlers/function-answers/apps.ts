/** Apps and their functions. @source measured, vectors `app-*`, `fn-*`, `v2-app*`, `v2-function*`, `v2-invoke*`; recording `sync` */
import { ProtocolError } from "../../../src/errors.ts"
import { functionConfigIssues } from "../../../src/protocol/function-config.ts"
import { decodeRegister } from "../../../src/protocol/sync.ts"
import { isJsonObject, parseJson } from "../../../src/shared/json.ts"
import type { AppRow, FunctionRow } from "../../engine/app.ts"
import { checkExpression } from "../../engine/expression.ts"
import { idOfCursor, writeCursor } from "../cursor.ts"
import type { Exchange, FunctionAnswers, PageQuery } from "../exchange.ts"
import { type GoValue, writeGoString } from "../go-json.ts"
import { fieldsOf } from "../json-body.ts"
import { type Reply, dataV2, jsonV1, pageV2, textErrorV1, textJson } from "../reply.ts"
import { formatTime, formatTimeV2 } from "../time-text.ts"
import { shortId } from "./run-parts.ts"

type Answers = Pick<
  FunctionAnswers,
  "listFunctionsV1" | "listApps" | "getApp" | "listFunctions" | "getFunction" | "invoke" | "register" | "remove"
>

export const appAnswers: Answers = {
  async listFunctionsV1({ engine }, name) {
    const app = engine.reads.app(name)
    await engine.settled()
    return app === undefined ? undefined : jsonV1(`[${engine.reads.functionsOf(app).map(writeFunctionV1).join(",")}]`)
  },
  async listApps(exchange, page) {
    const { engine } = exchange
    const apps = engine.reads.apps().toSorted((left, right) => right.syncedAtMs - left.syncedAtMs)
    await engine.settled()
    return writePage(exchange, apps, page, ({ name }) => name, writeApp)
  },
  async getApp({ engine }, name) {
    const app = engine.reads.app(name)
    await engine.settled()
    return app === undefined ? undefined : dataV2(writeApp(app), engine.clock.now())
  },
  async listFunctions(exchange, name, page) {
    const { engine } = exchange
    const app = engine.reads.app(name)
    await engine.settled()
    if (app === undefined) return undefined
    return writePage(exchange, engine.reads.functionsOf(app), page, ({ slug }) => slug, writeFunctionV2)
  },
  async getFunction({ engine }, app, id) {
    const fn = find(engine, app, id)
    await engine.settled()
    return fn === undefined ? undefined : dataV2(writeFunctionV2(fn), engine.clock.now())
  },
  async invoke({ engine }, app, id, input) {
    const fn = find(engine, app, id)
    if (fn === undefined) return undefined
    const key = input.members?.get("idempotencyKey")?.letters || undefined
    const data = input.members?.get("data")?.text ?? "{}"
    const { runId, isRepeated } = await engine.invoke(fn.slug, { data }, key)
    if (runId === undefined) return undefined
    // Measured: the same key again is a conflict with the same body.
    return { ...dataV2(`{"runId":"${runId}"}`, engine.clock.now()), status: isRepeated ? 409 : 200 }
  },
  register: (exchange, registration) => register(exchange, registration),
  async remove({ engine }, url) {
    const { existed } = await engine.removeApp(url)
    return existed ? textJson(200, '{"ok":true}') : undefined
  },
}

async function register({ engine }: Exchange, registration: GoValue): Promise<Reply> {
  const parsed = parseJson(registration.text)
  if (!parsed.ok || !isJsonObject(parsed.value)) return refused("unexpected end of JSON input")
  let request
  try {
    request = decodeRegister(parsed.value)
  } catch (error) {
    if (error instanceof ProtocolError) return refused(error.message)
    throw error
  }
  const issues = request.functions.flatMap((fn) =>
    functionConfigIssues(fn, checkExpression).map(({ path, message }) => `${fn.id}: ${path} ${message}`),
  )
  if (issues.length > 0) {
    // The answer is the measured one, which does not say which function; whoever runs the server is told.
    engine.warn(`the sync of ${request.appId} was refused: ${issues.join("; ")}`)
    return textErrorV1(400, "At least one function is invalid")
  }
  const functions = fieldsOf(registration).get("functions")?.text ?? "[]"
  const { url, appId: appName, framework, sdk } = request
  const { modified, syncId, appId } = await engine.sync({ url, appName, framework, sdk, functions })
  const body = `{"ok":true,"modified":${modified},"sync_id":"${syncId}","app_id":"${appId}"}`
  return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body }
}

function refused(message: string): Reply {
  return textJson(400, `{"error":${writeGoString(`Invalid request: ${message}`)}}`)
}

function find(engine: Exchange["engine"], appName: string, id: string): FunctionRow | undefined {
  const app = engine.reads.app(appName)
  const slug = app?.slugs.find((each) => each === id || each === `${appName}-${id}`)
  return slug === undefined ? undefined : engine.reads.fn(slug)
}

/** @param idOf what the cursor names. */
function writePage<Row>(
  { engine }: Exchange,
  rows: readonly Row[],
  { limit, cursor }: PageQuery,
  idOf: (row: Row) => string,
  write: (row: Row) => string,
): Reply {
  const after = cursor === undefined ? undefined : idOfCursor(cursor)
  const from = after === undefined ? 0 : rows.findIndex((row) => idOf(row) === after) + 1
  const shown = rows.slice(from, from + limit)
  const last = shown.at(-1)
  const hasMore = from + limit < rows.length
  const next = hasMore && last !== undefined ? `"cursor":"${writeCursor({ id: idOf(last) })}","hasMore":true,` : ""
  return pageV2(shown.map(write), engine.clock.now(), `{${next}"limit":${limit}}`)
}

function writeApp({ name, createdAtMs, slugs, framework, sdk, url }: AppRow): string {
  const [, language = "", version = ""] = /^([^:]*):(.*)$/.exec(sdk) ?? []
  const sync = [
    ...(slugs.length === 0 ? ['"error":"No functions registered within your app"'] : []),
    ...(framework === "" ? [] : [`"framework":${writeGoString(framework)}`]),
    ...(language === "" ? [] : [`"sdkLanguage":${writeGoString(language)}`]),
    ...(version === "" ? [] : [`"sdkVersion":${writeGoString(version)}`]),
    ...(url === "" ? [] : [`"url":${writeGoString(shownUrl(url))}`]),
  ]
  return (
    `{"createdAt":"${formatTimeV2(createdAtMs)}",${slugs.length === 0 ? "" : `"functionCount":${slugs.length},`}` +
    `"id":${writeGoString(name)},"latestSync":{${sync.join(",")}},"method":"SERVE","name":${writeGoString(name)}}`
  )
}

/** As the server keeps it. */
export function shownUrl(url: string): string {
  return url.replace(/^(https?:\/\/)127\.0\.0\.1(?=[:/]|$)/, "$1localhost")
}

export function writeTriggers(fn: FunctionRow): string {
  const written = fn.triggers.map((trigger) =>
    trigger.kind === "cron"
      ? `{"cron":${writeGoString(trigger.cron)}}`
      : `{"event":${writeGoString(trigger.event)}${trigger.expression === undefined ? "" : `,"expression":${writeGoString(trigger.expression)}`}}`,
  )
  return `[${written.join(",")}]`
}

/** A function's configuration as `/v1/apps/{app}/functions` and `GET /dev` have it. */
export function writeConfig(fn: FunctionRow): string {
  const uri = writeGoString(shownUrl(fn.url))
  return (
    `{"id":"${fn.id}","fv":${fn.version},"name":${writeGoString(fn.name)},"slug":${writeGoString(fn.slug)},` +
    `"triggers":${writeTriggers(fn)},"steps":[{"id":"step","name":"step","uri":${uri},"retries":${fn.maxAttempts - 1}}]}`
  )
}

function writeFunctionV1(fn: FunctionRow): string {
  return (
    `{"internal_id":"${fn.id}","env_id":"00000000-0000-0000-0000-000000000000","app_id":"${fn.appId}",` +
    `"id":${writeGoString(fn.slug)},"name":${writeGoString(fn.name)},"config":${writeConfig(fn)},` +
    `"created_at":"${formatTime(fn.createdAtMs)}","archived_at":"0001-01-01T00:00:00Z"}`
  )
}

function writeFunctionV2(fn: FunctionRow): string {
  const id = writeGoString(shortId(fn.slug, fn.appName))
  const triggers = fn.triggers.map((trigger) =>
    trigger.kind === "cron"
      ? `{"type":"CRON","value":${writeGoString(trigger.cron)}}`
      : `{${trigger.expression === undefined ? "" : `"condition":${writeGoString(trigger.expression)},`}"type":"EVENT","value":${writeGoString(trigger.event)}}`,
  )
  const isDefault = !/"retries"/.test(fn.config)
  const notApplied =
    fn.notApplied.length === 0 ? "" : `"notApplied":[${fn.notApplied.map((each) => `"${each}"`).join(",")}],`
  const configuration =
    `{"concurrency":[{"limit":{"isPlanLimit":true,"value":-1},"scope":"ACCOUNT"}],${notApplied}` +
    `"retries":{"isDefault":${isDefault},"value":${fn.maxAttempts - 1}}}`
  return (
    `{"app":{"id":${writeGoString(fn.appName)}},"configuration":${configuration},"id":${id},` +
    `"name":${writeGoString(fn.name)},"slug":${id},"triggers":[${triggers.join(",")}]}`
  )
}
