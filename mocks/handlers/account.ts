/**
 * The account that a server of one's own has, its environment and keys, and what v2 leaves to the cloud.
 *
 * @source measured, vectors `v2-account`, `v2-envs*`, `v2-keys-*`, `v2-webhooks-list`, `v2-partner-accounts`, `v2-sync-app`
 */
import type { Exchange } from "./exchange.ts"
import { writeGoString } from "./go-json.ts"
import { type Reply, dataV2, errorV2, pageV2 } from "./reply.ts"

const since = "2021-05-13T09:30:04Z"

export function getAccount({ engine }: Exchange): Reply {
  const account =
    `{"createdAt":"${since}","email":"dev@inngest.local","id":"00000000-0000-4000-a000-000000000000",` +
    `"name":"Dev Server","updatedAt":"${since}"}`
  return dataV2(account, engine.clock.now())
}

export function listEnvs({ engine }: Exchange): Reply {
  const env = `{"createdAt":"${since}","id":"00000000-0000-4000-b000-000000000000","name":"dev","type":"TEST"}`
  return pageV2([env], engine.clock.now())
}

/** In full: whoever asks has shown the signing key. */
export function listEventKeys({ engine, keys }: Exchange): Reply {
  return pageV2((keys?.eventKeys ?? []).map(writeKey), engine.clock.now())
}

export function listSigningKeys({ engine, keys }: Exchange): Reply {
  return pageV2(keys === undefined ? [] : [writeKey(keys.signingKey)], engine.clock.now())
}

function writeKey(key: string): string {
  return `{"createdAt":"${since}","environment":"dev","key":${writeGoString(key)}}`
}

/** What only the cloud does. @param what as the server calls it. */
export function cloudOnly(what: string): () => Reply {
  return () => errorV2(501, "not_implemented", `${what} not implemented in OSS`)
}
