// The parts that load when they are needed, in a page that has lost its network, or whose server has newer files by now.
import { afterEach, expect, test, vi } from "vitest"
import { isConnectionError, isTimeoutError } from "../../src/errors.ts"
import { createTransport } from "../../src/http/transport.ts"
import { sendEvents, signalsSend } from "../../src/protocol/routes.ts"
import { createFakeFetch, refused, reset } from "../support/fake-fetch.ts"
import { createManualClock } from "../support/manual-clock.ts"

vi.mock("../../src/http/thrown.ts", () => {
  throw new TypeError("Failed to fetch dynamically imported module")
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const urls = { eventURL: "http://events.test", apiURL: "http://api.test", eventKey: "secret-key" }

test("without the words for it, no answer is still a ConnectionError that says what may be repeated, and shows no key", async () => {
  const { fetch, requests } = createFakeFetch([reset()])
  const transport = createTransport({ ...urls, fetch, retry: { attempts: 2, minDelayMs: 0 } })
  const error = await transport.exchange(sendEvents, { body: "[]" }).catch((thrown: unknown) => thrown)
  expect(isConnectionError(error)).toBe(true)
  expect(error).toMatchObject({
    name: "ConnectionError",
    message: '[POST] "http://events.test": no response',
    retryable: true,
    request: { method: "POST", url: "http://events.test" },
  })
  expect(requests).toHaveLength(2)
})

test("what must not happen twice is worth repeating only when nothing was sent", async () => {
  const once = async (failure: Error): Promise<unknown> =>
    createTransport({ ...urls, fetch: createFakeFetch([failure]).fetch, retry: { attempts: 1 } })
      .exchange(signalsSend, { path: signalsSend.path, body: "{}" })
      .catch((thrown: unknown) => thrown)
  expect(await once(refused())).toMatchObject({ retryable: true })
  expect(await once(reset())).toMatchObject({ retryable: false })
})

test("too late an answer is still a TimeoutError", async () => {
  const clock = createManualClock()
  const transport = createTransport({ ...urls, clock, fetch: createFakeFetch(["hang"]).fetch, retry: { attempts: 1 } })
  const error = await clock.runUntilSettled(
    transport.exchange(sendEvents, { body: "[]" }).catch((thrown: unknown) => thrown),
  )
  expect(isTimeoutError(error)).toBe(true)
})
