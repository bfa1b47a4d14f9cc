/** An app tells a server what it has: to its `/fn/register`, or in the answer to a PUT that asks for it. */
import type { RawRequest } from "../api/raw.ts"
import type { FunctionConfig } from "../protocol/function-config.ts"
import { callHeaders as names } from "../protocol/headers.ts"
import type { functionsRegister } from "../protocol/routes.ts"
import { type InBandSync, encodeInBandSync, encodeRegister } from "../protocol/sync.ts"
import { type JsonObject, isJsonObject } from "../shared/json.ts"
import type { ServedFunction } from "./app.ts"

/** Written out, so that the bundle does not hold the rest of the route. */
const registerPath: typeof functionsRegister.path = "/fn/register"

export interface SyncedApp extends Omit<InBandSync, "url" | "functions"> {
  app: ReadonlyMap<string, ServedFunction>
  /** Headers that say who asks. */
  identity: Record<string, string>
  request: RawRequest
  options: { readonly serveOrigin?: string | undefined; readonly servePath?: string | undefined }
}

export interface SyncAnswer {
  status: number
  text: string
  fields: Record<string, string>
}

/**
 * @param isInBand whether the functions are asked for, or are to be registered.
 * @throws SyntaxError for a body that is no JSON.
 */
export async function answerSync(
  request: Pick<Request, "url"> & { readonly headers: Pick<Headers, "get"> },
  body: string,
  isInBand: boolean,
  { app, identity, request: ask, options, ...about }: SyncedApp,
): Promise<SyncAnswer> {
  const serverKind = request.headers.get(names.serverKind)
  const fields: Record<string, string> = {
    [names.syncKind]: isInBand ? "in_band" : "out_of_band",
    ...(serverKind === null ? {} : { [names.expectedServerKind]: serverKind }),
  }
  const registration = (url: string): InBandSync => ({
    ...about,
    url,
    functions: [...app.values()].map((served) => toFunctionConfig(served, url)),
  })
  const answer = (status: number, json: JsonObject): SyncAnswer => ({
    status,
    text: JSON.stringify(json),
    fields,
  })
  const own = toServeURL(request, options)
  if (isInBand) {
    const asked = (JSON.parse(body || "{}") as { url?: unknown } | null)?.url
    return answer(200, encodeInBandSync(registration(typeof asked === "string" ? asked : own)))
  }
  try {
    const registered = await ask("POST", registerPath, {
      query: { deployId: new URL(request.url).searchParams.get("deployId") ?? undefined },
      body: encodeRegister(registration(own)),
      headers: { ...identity, ...fields },
    })
    const modified = isJsonObject(registered) && registered.modified === true
    return answer(200, { message: "Successfully registered", modified })
  } catch (error) {
    // What the server has against it, or that it can't be reached; the client masks its keys.
    const { message = String(error), status = 500 } = error as { message?: string; status?: number }
    return answer(status, { message, modified: false })
  }
}

/** Where a function is called: the serve URL, whose own query stays. @source measured (recording `sync`) */
function toFunctionConfig({ config }: ServedFunction, serveURL: string): FunctionConfig {
  const url = new URL(serveURL)
  url.searchParams.append("fnId", config.id)
  url.searchParams.append("stepId", "step")
  return { ...config, url: url.href, runtime: "http" }
}

function toServeURL({ url: asked }: Pick<Request, "url">, { serveOrigin, servePath }: SyncedApp["options"]): string {
  const url = new URL(asked)
  url.searchParams.delete("fnId")
  url.searchParams.delete("stepId")
  return new URL(`${servePath ?? url.pathname}${url.search}`, serveOrigin ?? url.origin).href
}
