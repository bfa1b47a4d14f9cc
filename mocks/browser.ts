/** One call for pages (Storybook, component tests, Playwright, demos): a mock Inngest, and the worker of `msw/browser` that leads requests to it. */
import { type SetupWorker, type StartOptions, setupWorker } from "msw/browser"
import { type InngestMock, type InngestMockOptions, createInngestMock } from "./index.ts"

export type { InngestMock, InngestMockOptions } from "./index.ts"

/** Handlers of the page's own, for what is not Inngest's. */
type Handlers = Parameters<typeof setupWorker>

export interface InngestWorkerMock extends InngestMock {
  /** The MSW worker: `inngest.worker.use(…)` overrides a route. */
  readonly worker: SetupWorker
  /**
   * Begin to intercept, by the worker script that `npx msw init public` has put there. A request of the page that nothing handles fails, unless
   * the options say otherwise.
   */
  start(options?: StartOptions): Promise<void>
  /** As of any mock; handlers added by `worker.use` go as well. */
  reset(): void
  /** Stop intercepting. */
  stop(): void
}

/**
 * A mock Inngest behind `setupWorker` of `msw/browser`.
 *
 * @param handlers of your own, asked before the mock's.
 * @throws as `createInngestMock`.
 * @example
 * import { setupInngestWorker } from "inngest-kit/mocks/browser"
 *
 * const inngest = setupInngestWorker({ baseURL: "http://localhost:8288", seed: { workflows: [{ workflowId: "order-7", status: "running" }] } })
 * await inngest.start({ quiet: true })
 */
export function setupInngestWorker(options: InngestMockOptions = {}, ...handlers: Handlers): InngestWorkerMock {
  const mock = createInngestMock(options)
  const worker = setupWorker(...handlers, ...mock.handlers)
  return {
    ...mock,
    get requests() {
      return mock.requests
    },
    worker,
    start: async (how = {}) => {
      await worker.start({ ...mock.strict, ...how })
    },
    reset() {
      worker.resetHandlers()
      mock.reset()
    },
    stop: () => worker.stop(),
  }
}
