/** An app tells a server what it has: to its `/fn/register`, or in the answer to a PUT that asks for it. */
import type { RawRequest } from "../api/raw.ts"
import { isApiError } from "../errors.ts"
import type { FunctionConfig } from "../protocol/function-config.ts"
import { callHeaders as names, headers as commonNames } from "../protocol/headers.ts"
import type { Introspection } from "../protocol/introspection.ts"
import { functionsRegister } from "../protocol/routes.ts"
import { type RegisterRequest, decodeRegisterAnswer, encodeInBandSync, encodeRegister } from "../protocol/sync.ts"
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"
import type { ServedFunction } from "./app.ts"

export interface SyncedApp {
  app: ReadonlyMap<string, ServedFunction>
  appId: string
  framework: string
  sdk: string
  inspection: Introspection
  env: string | undefined
  /** Headers that say who asks. */
  identity: Record<string, string>
  request: RawRequest
  serveOrigin: string | undefined
  servePath: string | undefined
}

export interface SyncAnswer {
  status: number
  text: string
  fields: Record<string, string>
  /** Whether it tells what only a caller with the key may know. */
  isSigned: boolean
}

/** @throws SyntaxError for a body in band that is no JSON. */
export async function answerSync(request: Request, body: string, given: SyncedApp): Promise<SyncAnswer> {
  const kind = request.headers.get(names.syncKind) === "in_band" ? "in_band" : "out_of_band"
  const serverKind = request.headers.get(commonNames.serverKind)
  const fields: Record<string, string> = {
    [names.syncKind]: kind,
    ...(serverKind === null ? {} : { [names.expectedServerKind]: serverKind }),
  }
  if (kind === "in_band") {
    const asked = body === "" ? {} : (JSON.parse(body) as JsonValue)
    const { env, inspection } = given
    const url = isJsonObject(asked) && typeof asked.url === "string" ? asked.url : toServeURL(request, given)
    const app = { ...registration(url, given), env, inspection, sdkAuthor: "inngest-kit" }
    return { status: 200, text: JSON.stringify(encodeInBandSync(app)), fields, isSigned: true }
  }
  const answer = (status: number, json: JsonObject): SyncAnswer => ({
    status,
    text: JSON.stringify(json),
    fields,
    isSigned: false,
  })
  try {
    const registered = await given.request("POST", functionsRegister.path, {
      query: { deployId: new URL(request.url).searchParams.get("deployId") ?? undefined },
      body: encodeRegister(registration(toServeURL(request, given), given)),
      headers: { ...given.identity, ...fields },
    })
    return answer(200, { message: "Successfully registered", modified: decodeRegisterAnswer(registered).modified })
  } catch (error) {
    // What the server has against it, or that it can't be reached; the client masks its keys.
    const message = error instanceof Error ? error.message : String(error)
    return answer(isApiError(error) && error.status >= 400 ? error.status : 500, { message, modified: false })
  }
}

function registration(url: string, { app, appId, framework, sdk }: SyncedApp): RegisterRequest {
  return { url, appId, framework, sdk, functions: [...app.values()].map((served) => toFunctionConfig(served, url)) }
}

/** Where a function is called: the serve URL, whose own query stays. @source measured (recording `sync`) */
function toFunctionConfig({ config }: ServedFunction, serveURL: string): FunctionConfig {
  const url = new URL(serveURL)
  url.searchParams.append("fnId", config.id)
  url.searchParams.append("stepId", "step")
  return { ...config, url: url.href, runtime: "http" }
}

function toServeURL(request: Request, { serveOrigin, servePath }: SyncedApp): string {
  const url = new URL(request.url)
  for (const name of ["fnId", "stepId"]) url.searchParams.delete(name)
  return new URL(`${servePath ?? url.pathname}${url.search}`, serveOrigin ?? url.origin).href
}
