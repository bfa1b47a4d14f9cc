// The official SDK, from where `.ci/official-sdk.mjs` has put it. Typed as far as tests use it, since it is not installed where types are checked.
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import type { Server } from "node:http"
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

/** What a function's code gets. */
export interface SdkContext {
  event: SdkEvent
  events: SdkEvent[]
  step: {
    run<T>(id: string | { id: string; name?: string }, run: () => T): Promise<Awaited<T>>
    sleep(id: string, time: string | number): Promise<void>
    sleepUntil(id: string, time: Date | string): Promise<void>
    waitForEvent(
      id: string,
      options: { event: string; timeout: string; if?: string; match?: string },
    ): Promise<SdkEvent | null>
    invoke(id: string, options: { function: unknown; data?: object; timeout?: string }): Promise<unknown>
    sendEvent(id: string, events: object | object[]): Promise<{ ids: string[] }>
    waitForSignal(
      id: string,
      options: { signal: string; timeout: string; onConflict?: "replace" },
    ): Promise<{ signal: string; data: unknown } | null>
    sendSignal(id: string, options: { signal: string; data?: unknown }): Promise<unknown>
    fetch(url: string, init?: RequestInit): Promise<Response>
    readonly ai: {
      infer(id: string, options: object): Promise<unknown>
      wrap<Given, T>(id: string, run: (given: Given) => T, given: Given): Promise<Awaited<T>>
    }
  }
  group: { parallel<T>(options: { mode: "race" }, run: () => Promise<T>): Promise<T> }
  attempt: number
  maxAttempts?: number
  runId: string
  error?: Error
}

export interface SdkEvent {
  id?: string
  name: string
  // oxlint-disable-next-line typescript/no-explicit-any -- as the SDK types an event without a schema
  data: any
  ts?: number
}

export interface SdkClient {
  send(events: object | object[], options?: object): Promise<{ ids: string[] }>
  createFunction(options: object, code: (context: SdkContext) => unknown): object
}

export interface OfficialSdk {
  Inngest: new (options: object) => SdkClient
  NonRetriableError: new (message: string, options?: object) => Error
  RetryAfterError: new (message: string, after: string | number | Date) => Error
  referenceFunction(options: { functionId: string; appId?: string }): object
  createServer(options: object): Server
  /** Its handler for edge runtimes. */
  serveFetch(options: object): (request: Request) => Promise<Response>
}

const folder = "test/official-sdk"

export async function loadOfficialSdk(): Promise<OfficialSdk> {
  const lock = readFileSync(join(folder, "package-lock.json"))
  const hash = createHash("sha256").update(lock).digest("hex").slice(0, 16)
  const installed = join(".cache", "official-sdk", hash)
  if (!existsSync(join(installed, ".installed")))
    throw new Error("The official SDK is not installed: run `npm test -- --only official-sdk`.")
  const require = createRequire(join(process.cwd(), installed, "package.json"))
  const load = async (name: string): Promise<Partial<OfficialSdk> & { serve?: OfficialSdk["serveFetch"] }> =>
    (await import(/* @vite-ignore */ pathToFileURL(require.resolve(name)).href)) as Partial<OfficialSdk>
  // Both by `require`: an import of one and a require of the other would be two SDKs.
  const [main, node, edge] = await Promise.all(["inngest", "inngest/node", "inngest/edge"].map(load))
  return { ...main, createServer: node?.createServer, serveFetch: edge?.serve } as OfficialSdk
}
