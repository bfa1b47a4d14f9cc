/** `GET /health`, `GET /v2/health` and `GET /dev`: what a client asks to find out whom it talks to. */
import type { JsonObject, JsonValue } from "../../src/shared/json.ts"
import type { FunctionRow } from "../engine/app.ts"
import { version } from "../version.ts"
import type { Exchange } from "./exchange.ts"
import { writeConfig } from "./function-answers/apps.ts"
import { type Reply, dataV2, jsonV1, notFoundPage } from "./reply.ts"

export function health(): Reply {
  return jsonV1('{"status":200,"message":"OK"}')
}

export function healthV2({ engine }: Exchange): Reply {
  return dataV2('{"status":"ok"}', engine.clock.now())
}

/** How `version` tells this server from the real one, whose own begin with `dev-` or a number. */
export const serverVersion: string = `inngest-kit/${version}`

/**
 * The members of the real dev server, in its order. Options that mean nothing here have the values of one started without any.
 *
 * @source measured, vector `dev-info`
 */
const devInfo = {
  version: serverVersion,
  authed: false,
  startOpts: {
    dir: "",
    urls: [],
    autodiscover: false,
    poll: false,
    poll_interval: 5,
    tick: 150_000_000,
    retry_interval: 0,
    queue_workers: 100,
    require_keys: false,
    connectGatewayPort: 0,
    connectGatewayHost: "127.0.0.1",
    connectGRPCConfig: { Gateway: { IP: "127.0.0.1", Port: 0 }, Executor: { IP: "127.0.0.1", Port: 0 } },
    NoUI: true,
    persist: false,
    redis_uri: "",
    postgres_uri: "",
    "postgres-max-idle-conns": 10,
    "postgres-max-open-conns": 100,
    "postgres-conn-max-idle-time": 5,
    "postgres-conn-max-lifetime": 30,
    sqlite_dir: "",
    debugAPIPort: 0,
  },
  functions: [],
  handlers: null,
  isSingleNodeService: false,
  isMissingSigningKey: false,
  isMissingEventKeys: false,
  features: { FEATURE_CEL_SEARCH: false, "enable-step-metadata": true, "run-details-v4": true },
}

/** @source measured, vector `dev-info`; what the function asks for and does not get is ours */
function toDevFunction(fn: FunctionRow): JsonValue {
  const config = JSON.parse(writeConfig(fn)) as JsonObject
  return fn.notApplied.length === 0 ? config : { ...config, notApplied: [...fn.notApplied] }
}

/** In self-hosted mode there is no such route: a client tells the modes apart by it. */
export async function devServerInfo({ serverKind, engine }: Exchange): Promise<Reply> {
  if (serverKind !== "dev") return notFoundPage()
  const { reads } = engine
  const functions = reads.apps().flatMap((app) => reads.functionsOf(app))
  await engine.settled()
  return {
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ ...devInfo, functions: functions.map(toDevFunction) }, null, 2),
  }
}
