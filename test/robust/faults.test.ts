// What a network that loses things may do to events: nothing. `npm run soak` does the same with 10 000 of them, and for a minute.
import { getEventListeners } from "node:events"
import { expect, onTestFinished, test } from "vitest"
import { listen } from "../../mocks/server.ts"
import { createClient } from "../../src/client.ts"
import { activeResources, compareRows, planFaults, resourcesLeft, sendNumbers } from "../support/faulty-sends.ts"
import { faults, listenFaulty } from "../support/faulty-server.ts"

// Many attempts: on a busy machine an answer may come too late many times.
const retry = { attempts: 40, minDelay: 0, maxDelay: 2 }
const timeout = 250

test("of 500 events sent through a network that fails 3 in 10 requests none is lost and none is doubled", async () => {
  const seed = (Math.random() * 2 ** 31) | 0
  const server = await listen({ port: 0 })
  onTestFinished(() => server.close())
  const network = await listenFaulty(server.port, planFaults(seed, 0.3))
  onTestFinished(() => network.close())
  const inngest = createClient({ baseURL: network.url, retry, timeout })

  const sent = await sendNumbers((event) => inngest.send(event), { count: 500, callers: 32 })

  const what = `seed ${seed}`
  const rows = server.sent()
  expect(compareRows(rows, sent, 500), what).toEqual({ lost: [], doubled: [], misnamed: [], failed: [] })
  expect(rows, what).toHaveLength(500)
  for (const fault of faults) expect(network.injected.get(fault) ?? 0, `${what}, ${fault}`).toBeGreaterThan(5)
})

test("a sender that repeats its requests without a seed doubles events there, which the count shows", async () => {
  const server = await listen({ port: 0 })
  onTestFinished(() => server.close())
  const network = await listenFaulty(server.port, (body) =>
    network.requests % 2 === 1 && body !== "" ? "reset after" : undefined,
  )
  onTestFinished(() => network.close())
  const repeat = async (event: unknown): Promise<{ ids: string[] }> => {
    const init = { method: "POST", body: JSON.stringify(event) }
    const answer = await fetch(`${network.url}/e/key`, init).catch(() => fetch(`${network.url}/e/key`, init))
    return (await answer.json()) as { ids: string[] }
  }
  const sent = await sendNumbers(repeat, { count: 3, callers: 1 })
  expect(compareRows(server.sent(), sent, 3)).toMatchObject({ lost: [], doubled: [0, 1, 2], misnamed: [0, 1, 2] })
})

test("32 senders at a time leave no listener, no timer and no socket behind, whether their sends end well or are aborted", async () => {
  const seed = (Math.random() * 2 ** 31) | 0
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on("warning", onWarning)
  onTestFinished(() => void process.off("warning", onWarning))
  const before = activeResources()
  const server = await listen({ port: 0 })
  const network = await listenFaulty(server.port, planFaults(seed, 0.2))
  const inngest = createClient({ baseURL: network.url, retry, timeout })
  const shared = new AbortController()
  let aborted = 0

  await sendNumbers(
    async (event) => {
      if (event.data.n % 8 !== 0) return inngest.send(event, { signal: shared.signal })
      const own = new AbortController()
      const sending = inngest.send(event, { signal: own.signal })
      setImmediate(() => own.abort())
      const ids = await sending.then(
        (result) => result.ids,
        () => {
          aborted++
          return []
        },
      )
      expect(getEventListeners(own.signal, "abort")).toHaveLength(0)
      return { ids }
    },
    { count: 320, callers: 32 },
  )

  expect(aborted, `seed ${seed}`).toBeGreaterThan(0)
  expect(getEventListeners(shared.signal, "abort"), `seed ${seed}`).toHaveLength(0)
  await network.close()
  await server.close()
  expect(await resourcesLeft(before), `seed ${seed}`).toEqual({})
  expect(warnings.map(String)).toEqual([])
})
