// A send that the mock answers against the same request to one bare msw handler: what the engine behind it costs.
import { http, HttpResponse } from "msw"
import { setupServer } from "msw/node"
import { createInngestMock } from "inngest-kit/mocks"
import { inTurn, sides } from "./send.mjs"

const baseURL = "http://kit.test" // resolves nowhere: what is not intercepted fails

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  const { send, bare } = await sides(baseURL)
  const mock = createInngestMock({ baseURL: "http://kit.test" })
  const mocked = setupServer(...mock.handlers)
  const plain = setupServer(
    http.post(`${baseURL}/e/:key`, async ({ request }) => {
      await request.json()
      return HttpResponse.json({ ids: ["01M80QW2M991JVDTEKZ625P475"], status: 200 })
    }),
  )
  // Both replace the global fetch, so only one listens at a time.
  const ours = {
    before: () => mocked.listen(mock.strict),
    run: () => inTurn(send, 100),
    after: () => {
      mocked.close()
      mock.reset() // or the log of one round is the next one's load
    },
  }
  const baseline = {
    before: () => plain.listen({ onUnhandledRequest: "error" }),
    run: () => inTurn(bare, 100),
    after: () => plain.close(),
  }
  return { pairs: [{ name: "mocked send", ours, baseline }], end: () => {} }
}
