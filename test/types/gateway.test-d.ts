// Checked by `tsc --noEmit`: what must compile, and what must not.
import { type GatewayOptions, type Permission, createGateway } from "../../src/gateway/index.ts"
import type { RouteAccess, RouteName } from "../../src/gateway/route-access.ts"
import type { InngestClient } from "../../src/index.ts"
import type { WorkflowStore } from "../../src/store/index.ts"

declare const client: InngestClient
declare const store: WorkflowStore
const authorize = (): boolean => true

createGateway({
  client,
  store,
  authorize: (request) => request.headers.has("cookie"),
  allow: ["events.send:shop/*", "events.read", "runs.read", "runs.cancel", "workflows.*"],
})
createGateway({ client, authorize: async () => "ann", allow: ["functions.invoke:core-*", "runs.*", "server.read"] })
createGateway({ client, authorize: () => new Response(null, { status: 401 }), allow: [] })

// @ts-expect-error -- authorize is required
createGateway({ client, allow: [] })
// @ts-expect-error -- allow is required
createGateway({ client, authorize })
// @ts-expect-error -- so is the client
createGateway({ authorize, allow: [] })
// @ts-expect-error -- a user is no answer to whether
createGateway({ client, allow: [], authorize: () => ({ user: "ann" }) })
// @ts-expect-error -- nor is nothing at all
createGateway({ client, allow: [], authorize: (): boolean | undefined => undefined })
// @ts-expect-error -- no such option
createGateway({ client, authorize, allow: [], permissions: [] })

const typo = (allow: Permission): GatewayOptions => ({ client, authorize, allow: [allow] })
typo("runs.cancel")
typo("cancellations.*")
// @ts-expect-error -- a typo
typo("runs.cancle")
// @ts-expect-error -- a typo in the noun
typo("run.cancel")
// @ts-expect-error -- a typo in a wildcard
typo("workflow.*")
// @ts-expect-error -- everything at once is not a permission
typo("*")
// @ts-expect-error -- nor is a verb of all nouns
typo("*.read")
// @ts-expect-error -- events are not limited by name when read
typo("events.read:shop/*")
// @ts-expect-error -- a wildcard takes no pattern
typo("events.*:shop/*")
// @ts-expect-error -- letter case counts
typo("Events.send")

declare function expectType<T>(value: T): void
// Were it `string`, a route without a decision would compile.
expectType<string extends RouteName ? "any text" : "names">("names")
// @ts-expect-error -- a table that lacks routes
void ({ "events.send": { permission: "events.send" } } satisfies Record<RouteName, RouteAccess>)
// @ts-expect-error -- a route that nobody has
void ("events.sned" satisfies RouteName)
// @ts-expect-error -- a permission that nobody has
void ({ permission: "events.write" } satisfies RouteAccess)
