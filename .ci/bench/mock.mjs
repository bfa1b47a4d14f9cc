// What the engine behind a mocked request costs, against one bare msw handler that answers the same request; and what recording costs, against
// a recorder of five lines.
import assert from "node:assert/strict"
import { http, HttpResponse } from "msw"
import { setupServer } from "msw/node"
import { createInngestMock } from "inngest-kit/mocks"
import { inTurn, sides } from "./send.mjs"

const baseURL = "http://kit.test" // resolves nowhere: what is not intercepted fails
const requests = 150
const events = 10_000
const answer = { ids: ["01M80QW2M991JVDTEKZ625P475"], status: 200 }

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  const { send, again } = await sides(baseURL)
  const mock = createInngestMock({ baseURL })
  const mocked = setupServer(...mock.handlers)
  const plain = setupServer(
    http.post(`${baseURL}/e/:key`, async ({ request }) => {
      await request.json()
      return HttpResponse.json(answer)
    }),
  )
  /** Both replace the global fetch, so only one listens at a time. @param {() => Promise<unknown>} call */
  const byMock = (call) => ({
    before: () => mocked.listen(mock.strict),
    run: () => inTurn(call, requests),
    after: () => {
      mocked.close()
      mock.reset() // or the log of one round is the next one's load
    },
  })
  const byHandler = {
    before: () => plain.listen({ onUnhandledRequest: "error" }),
    run: () => inTurn(again, requests),
    after: () => plain.close(),
  }
  return {
    pairs: [
      { name: "mocked request", ours: byMock(again), baseline: byHandler },
      // The client's own work is in it, see `send`.
      { name: "mocked send by the client", ours: byMock(send), baseline: byHandler },
      {
        name: "10 000 events asserted",
        ours: { run: () => recordedBy(mock.fetch, () => mock.sent("a")), after: () => mock.reset() },
        baseline: { run: recordedByHand },
      },
    ],
    end: () => {},
  }
}

function recordedByHand() {
  /** @type {{ data: { id: number } }[]} */
  const sent = []
  return recordedBy(
    async (url, init) => {
      sent.push(await new Request(url, init).json())
      return Response.json(answer)
    },
    () => sent,
  )
}

/**
 * Each in a request of its own.
 *
 * @param {(url: string, init: RequestInit) => Promise<Response>} fetch
 * @param {() => readonly { data: unknown }[]} sent
 */
async function recordedBy(fetch, sent) {
  for (let id = 0; id < events; id++)
    await fetch(`${baseURL}/e/key`, { method: "POST", body: JSON.stringify({ name: "a", data: { id } }) })
  const told = sent()
  assert.equal(told.length, events)
  for (const [id, { data }] of told.entries()) assert.deepEqual(data, { id })
}
