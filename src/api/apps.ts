import { invalid } from "../shared/validation-error.ts"
import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import { request } from "../http/request.ts"
import type { Transport } from "../http/transport.ts"
import { type AppInfo, decodeApp } from "../protocol/app.ts"
import { decodePage } from "../protocol/envelope.ts"
import { type Decode, asIs, map, shape, textIf } from "../protocol/shape.ts"
import { type Route, appsList } from "../protocol/routes.ts"
import type { PageList } from "../shared/page.ts"
import type { Ask } from "./ask.ts"
import { createPages } from "./pages.ts"

export interface AppsApi {
  /** All apps, however many pages that takes. */
  list(options?: CallOptions): PageList<AppInfo>
  /**
   * Have an app announce its functions again, as after a deployment: a `PUT` to where it serves them (`https://shop.example/api/inngest`).
   *
   * The app then registers with the server that it is itself configured for, which need not be the one of this client. No key goes to it.
   * Never asked twice once bytes were sent: an error without an answer says that it may have happened.
   */
  sync(url: string, options?: CallOptions): Promise<SyncResult>
}

export interface SyncResult {
  /** Whether the functions were news to the server; absent where the app doesn't tell. */
  modified?: boolean | undefined
  /** What the app said. */
  message?: string | undefined
}

/** The app's, not the server's: v2 has one of its own, which dev and self-hosted servers answer with 501. @source measured, `v2-sync-app` */
const appsSync: Route = { name: "apps.sync", method: "PUT", path: "", host: "api", auth: "none", retry: "unsent" }

const decodeSync: Decode<SyncResult> = /* @__PURE__ */ shape({
  modified: /* @__PURE__ */ map(asIs, (modified) => (typeof modified === "boolean" ? modified : undefined)),
  message: textIf,
})

/** @param transportTo makes requests to another server, without any key. */
export function createAppsApi(ask: Ask, transportTo: (origin: string) => Transport): AppsApi {
  return {
    list: (options) =>
      createPages(async (query) => decodePage(await ask(appsList, {}, { query, options }), decodeApp, appsList), {
        limit: Infinity,
      }),
    async sync(url, options = {}) {
      if (!URL.canParse(url) || !/^https?:/i.test(url))
        throw invalid("url", `"${url}" is no address of http:// or https://`)
      const { origin, pathname, search } = new URL(url)
      const { body = {} } = await request(transportTo(origin), appsSync, {
        path: pathname + search,
        ...(await toCallSettings(options)),
      })
      return decodeSync(body, appsSync.name, "body")
    },
  }
}
