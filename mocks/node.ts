/** One call for tests in Node, Bun and Deno: a mock Inngest, and `msw/node` that leads requests to it. */
import { type SharedOptions } from "msw"
import { type SetupServer, setupServer } from "msw/node"
import { type InngestMock, type InngestMockOptions, createInngestMock } from "./index.ts"

export type { InngestMock, InngestMockOptions } from "./index.ts"

/** Handlers of the test's own, for what is not Inngest's. */
type Handlers = Parameters<typeof setupServer>

export interface InngestServerMock extends InngestMock {
  /** The MSW server: `inngest.server.use(…)` overrides a route. */
  readonly server: SetupServer
  /** Begin to intercept. A request that nothing handles fails, unless the options say otherwise. */
  listen(options?: Partial<SharedOptions>): void
  /** As of any mock; handlers added by `server.use` go as well. */
  reset(): void
  /** Stop intercepting. */
  close(): void
}

/**
 * A mock Inngest behind `setupServer` of `msw/node`.
 *
 * @param handlers of your own, asked before the mock's.
 * @throws as `createInngestMock`.
 * @example
 * import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
 * import { setupInngestServer } from "inngest-kit/mocks/node"
 *
 * const inngest = setupInngestServer()
 * beforeAll(() => inngest.listen())
 * afterEach(() => inngest.reset())
 * afterAll(() => inngest.close())
 *
 * test("paying sends one event", async () => {
 *   await fetch("https://inn.gs/e/key", { method: "POST", body: '{"name":"shop/order.paid"}' }) // the code under test
 *   expect(inngest.sent("shop/order.paid")).toHaveLength(1)
 * })
 */
export function setupInngestServer(options: InngestMockOptions = {}, ...handlers: Handlers): InngestServerMock {
  const mock = createInngestMock(options)
  const server = setupServer(...handlers, ...mock.handlers)
  return {
    ...mock,
    get requests() {
      return mock.requests
    },
    server,
    listen: (how = {}) => server.listen({ ...mock.strict, ...how }),
    reset() {
      server.resetHandlers()
      mock.reset()
    },
    close: () => server.close(),
  }
}
