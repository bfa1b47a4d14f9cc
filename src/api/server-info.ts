import { withQuery } from "../http/query.ts"
import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import type { ExchangeResult, Transport } from "../http/transport.ts"
import { serverKindHeader } from "../protocol/headers.ts"
import { type Route, getDevInfo, getHealth, workflowsList } from "../protocol/routes.ts"
import { type JsonObject, isJsonObject } from "../shared/json-value.ts"
import { ProtocolError } from "../shared/protocol-error.ts"
import { bodyOf } from "../http/exchange.ts"
import { masked } from "../http/mask.ts"
import { summarize } from "../http/thrown.ts"

export interface ServerInfo {
  /** `embedded` is the server of this package. */
  kind: "dev" | "self-hosted" | "cloud" | "embedded"
  /** Of `dev` and `embedded`; the others don't tell. */
  version?: string
  /** Whether it keeps workflow states: `/v1/workflows`, which a stock Inngest server does not have. */
  workflowState: boolean
}

const kinds: readonly unknown[] = ["dev", "self-hosted", "cloud", "embedded"] satisfies ServerInfo["kind"][]
const isKind = (kind: unknown): kind is ServerInfo["kind"] => kinds.includes(kind)

const embeddedPrefix = "inngest-kit/"

/**
 * What answers. Asks `GET /dev` (200 only from a dev server; a page can't see the header that tells servers apart) and whether there is a
 * list of workflows.
 *
 * @param cloudApiURL what counts as the cloud, which is not asked.
 * @throws ProtocolError when it is no Inngest server, and what any request throws.
 */
export async function fetchServerInfo(
  transport: Transport,
  cloudApiURL: string,
  options: CallOptions = {},
): Promise<ServerInfo> {
  const settings = await toCallSettings(options)
  const ask = (route: Route, query?: { limit: number }): Promise<ExchangeResult> =>
    transport.exchange(route, { path: withQuery(route.path, query), ...settings })
  if (transport.urls.api === cloudApiURL) return { kind: "cloud", workflowState: false }
  const [dev, workflows] = await Promise.all([ask(getDevInfo), ask(workflowsList, { limit: 1 })])
  const { version, kind } = jsonOf(dev)
  const workflowState = await hasRoute(workflows)
  // The gateway of this package tells what is behind it.
  if (dev.status === 200 && isKind(kind))
    return { kind, ...(typeof version === "string" && { version }), workflowState }
  if (dev.status === 200 && typeof version === "string") {
    return version.startsWith(embeddedPrefix)
      ? { kind: "embedded", version: version.slice(embeddedPrefix.length), workflowState }
      : { kind: "dev", version, workflowState }
  }
  if (dev.status >= 500) throw await transport.fault(getDevInfo, dev)
  // 401 without the signing key, 404 with it. Only pages don't see the header; there the health text tells.
  const isInngest = dev.headers.has(serverKindHeader) || jsonOf(await ask(getHealth)).message === "OK"
  if (dev.status !== 200 && isInngest) return { kind: "self-hosted", workflowState }
  throw new ProtocolError(`${summarize(masked(dev.sent).request)}: ${dev.status}; it is not an Inngest server`, {
    route: getDevInfo.name,
    received: String(dev.status),
  })

  /** A list, or an answer that only a server with the route gives. */
  async function hasRoute(answer: ExchangeResult): Promise<boolean> {
    if (answer.status === 401 || answer.status === 403) return true
    if (answer.status >= 500 && answer.status !== 501) throw await transport.fault(workflowsList, answer)
    return answer.status === 200 && Array.isArray(jsonOf(answer).data)
  }
}

function jsonOf(answer: ExchangeResult): JsonObject {
  const body = bodyOf(answer).value
  return isJsonObject(body) ? body : {}
}
