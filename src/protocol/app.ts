/** Apps as a server lists them: `/v2/apps`. */
import { type Decode, count, map, shape, text, textIf } from "./shape.ts"

export interface AppInfo {
  id: string
  name?: string | undefined
  /** How the server reaches it: `serve` (HTTP), `connect` (WebSocket), `api` (runs that the app reports). */
  method: "serve" | "connect" | "api" | (string & {})
  functionCount: number
  createdAt?: string | undefined
  latestSync: AppSync
}

/** The last time that the app announced its functions. All absent for an app that never did. */
export interface AppSync {
  /** Where its functions are served. */
  url?: string | undefined
  framework?: string | undefined
  sdkLanguage?: string | undefined
  sdkVersion?: string | undefined
  /** Why the server refused it: `sdk_version_denied`, or a sentence. */
  error?: string | undefined
}

const decodeSync: Decode<AppSync> = /* @__PURE__ */ shape({
  url: textIf,
  framework: textIf,
  sdkLanguage: textIf,
  sdkVersion: textIf,
  error: textIf,
})

export const decodeApp: Decode<AppInfo> = /* @__PURE__ */ shape({
  id: text,
  name: textIf,
  method: /* @__PURE__ */ map(textIf, (method = "serve") => method.toLowerCase()),
  functionCount: count,
  createdAt: textIf,
  latestSync: (value = {}, route, path) => decodeSync(value, route, path),
})
