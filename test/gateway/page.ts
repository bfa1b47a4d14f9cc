/** A page and its gateway, in one process: the client of a page, whose requests carry what a browser adds. */
import {
  type AuditEntry,
  type GatewayOptions,
  type Permission,
  createGateway,
  permissions,
} from "../../src/gateway/index.ts"
import { type ClientOptions, type InngestClient, createClient } from "../../src/index.ts"
import { type WorkflowStore, memoryStore } from "../../src/store/index.ts"

export const origin = "https://app.test"

/** Everything, one by one. */
export const everything = Object.keys(permissions) as Permission[]

/** Texts that are nowhere else. */
export const keys = {
  eventKey: "evk-4f1c0a77d2-unique",
  signingKey: "signkey-prod-a1b2c3d4e5f60718293a4b5c6d7e8f90",
  signingKeyFallback: "signkey-prod-0f9e8d7c6b5a4938271605f4e3d2c1b0",
}

export interface Page {
  /** As in a page, with `baseURL: "/api/inngest"`. */
  readonly client: InngestClient
  /** A request of the page, path below the gateway. */
  request(method: string, path: string, init?: RequestInit): Promise<Response>
  readonly gateway: (request: Request) => Promise<Response>
  readonly audit: AuditEntry[]
  readonly errors: unknown[]
}

export interface PageOptions extends Partial<Omit<GatewayOptions, "client">> {
  /** The server behind. */
  upstream: typeof globalThis.fetch
  /** Of the client behind. */
  behind?: ClientOptions
  /** Of the page's client. */
  inPage?: ClientOptions
  store?: WorkflowStore | undefined
}

export function openPage({ upstream, behind, inPage, ...options }: PageOptions): Page {
  const audit: AuditEntry[] = []
  const errors: unknown[] = []
  const gateway = createGateway({
    client: createClient({ baseURL: "http://inngest.internal", fetch: upstream, ...keys, ...behind }),
    store: memoryStore(),
    authorize: () => "ann",
    allow: everything,
    audit: (entry) => void audit.push(entry),
    onError: (error) => void errors.push(error),
    ...options,
  })
  const send = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    if (!request.headers.has("sec-fetch-site")) request.headers.set("sec-fetch-site", "same-origin")
    return gateway(request)
  }
  return {
    client: createClient({ baseURL: `${origin}/api/inngest`, fetch: send, retry: { attempts: 1 }, ...inPage }),
    request: (method, path, init) => send(`${origin}/api/inngest${path}`, { method, ...init }),
    gateway,
    audit,
    errors,
  }
}
