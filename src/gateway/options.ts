/** What a gateway is made with: checked once, at construction. */
import type { InngestClient } from "../client.ts"
import { ConfigError } from "../errors.ts"
import { type Clock, systemClock } from "../shared/clock.ts"
import { type Duration, parseDuration } from "../shared/duration.ts"
import type { WorkflowStore } from "../store/store.ts"
import type { Audit } from "./audit.ts"
import { type Allowances, type Permission, parseAllow } from "./permissions.ts"

/** `true` or a name lets the caller in, under that name in the audit; `false` or `""` is answered with 401; a Response is sent as it is. */
export type Authorization = boolean | string | Response

export interface GatewayOptions {
  /** Whose server, whose keys. Its `timeout` holds unless there is one here; its retries don't, since the page's client has its own. */
  client: InngestClient
  /** What `/v1/workflows` serves. Without it there is no such route, and a page's `workflows` say so (UnsupportedError). */
  store?: WorkflowStore | undefined
  /**
   * Who may come in: asked before anything else, but not for OPTIONS, nor for what a page of another origin wants to change. Anything but `true`, a name or a Response is a no. It must not read the
   * body. What it throws is answered with 500 and told to `onError`. Ask for a session: one that trusts the network lets in every page that a
   * name can be pointed at it from.
   */
  authorize: (request: Request) => Authorization | Promise<Authorization>
  /** What those may do who are let in: see `Permission`. Everything else is answered with 403 and the name of what is missing. */
  allow: readonly Permission[]
  /** Where the gateway is mounted, `/api/inngest`. @default whatever stands in the path before that of a route */
  basePath?: string | undefined
  /** Origins whose pages count as pages of this one, `https://admin.example`: where a proxy hides the host. CORS is for the server around it. */
  origins?: readonly string[] | undefined
  /** For a request to the server. @default the client's */
  timeout?: Duration | undefined
  /** The largest body taken from a page. @default 33 554 432 (32 MiB) */
  maxRequestBytes?: number | undefined
  /** The largest answer given to a page. @default 33 554 432 (32 MiB) */
  maxResponseBytes?: number | undefined
  /** Told of every request when its answer is ready, which waits for it. What it throws is told to `onError`. */
  audit?: Audit | undefined
  /** Told what pages are not: the typed error of the server or the store behind. For logs; keys are masked. What it throws is ignored. */
  onError?: ((error: unknown) => void) | undefined
  clock?: Clock | undefined
}

export interface ResolvedGatewayOptions extends Pick<GatewayOptions, "store" | "authorize" | "basePath" | "audit"> {
  readonly allowances: Allowances
  readonly origins: ReadonlySet<string>
  /** `undefined`: the client's. */
  readonly timeoutMs: number | undefined
  readonly maxRequestBytes: number
  readonly maxResponseBytes: number
  /** `onError`, that throws nothing. */
  readonly report: (error: unknown) => void
  readonly clock: Clock
}

const defaultMaxBytes = 32 * 1024 * 1024

/** @throws ConfigError naming the option. */
export function resolveGatewayOptions(options: GatewayOptions): ResolvedGatewayOptions {
  const { store, authorize, basePath, audit, timeout, clock = systemClock } = options
  const refuse = (option: keyof GatewayOptions, why: string): never => {
    throw new ConfigError(`${option}: ${why}`, { option })
  }
  const bytes = (option: "maxRequestBytes" | "maxResponseBytes"): number => {
    const { [option]: given = defaultMaxBytes } = options
    return Number.isSafeInteger(given) && given > 0 ? given : refuse(option, "must be a whole number from 1")
  }
  if (typeof authorize !== "function") refuse("authorize", "must be a function that says who may come in")
  if (basePath !== undefined && !/^(?:\/[^/?#\\\s]+)*$/.test(basePath))
    refuse("basePath", 'must look like "/api/inngest"')
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout)
  if (timeout !== undefined && !timeoutMs) refuse("timeout", `"${timeout}" is no duration`)
  const origins = new Set(options.origins)
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      refuse("origins", `"${origin}" is no origin, such as https://admin.example`)
  const allowances = parseAllow(options.allow)
  if (store === undefined && options.allow.some((entry) => entry.startsWith("workflows.")))
    refuse("store", "workflows are allowed, and there is no store to keep them")
  return {
    store,
    authorize,
    basePath,
    audit,
    allowances,
    origins,
    timeoutMs,
    maxRequestBytes: bytes("maxRequestBytes"),
    maxResponseBytes: bytes("maxResponseBytes"),
    report: (error) => {
      try {
        options.onError?.(error)
      } catch {
        // A log that fails must not take the answer with it.
      }
    },
    clock,
  }
}
