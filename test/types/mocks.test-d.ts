// Knobs of the mock are typed: what makes no sense does not compile.
import { setupServer } from "msw3/node"
import { createInngestMock } from "../../mocks/index.ts"
import { type ControlledServer, type InngestServer, listen } from "../../mocks/server.ts"

const inngest = createInngestMock({ quirks: { cachedGets: true, visibleAfterMs: 250 } })

inngest.fail("send", { status: 503, times: 2 })
inngest.fail("events.sendOne", { reset: "after" })
inngest.fail("runs.list", { truncated: true })
inngest.fail("workflows.*", { timeout: true, rate: 0.3, seed: 7 })
inngest.fail({ route: "*", status: 429, headers: { "retry-after": "2" }, match: { event: "a" } })
inngest.delay("functions.list", "500ms")

// @ts-expect-error no such route
inngest.fail("sned", { status: 503 })
// @ts-expect-error no such noun
inngest.fail("flows.*", { status: 503 })
// @ts-expect-error says not how
inngest.fail("send", { times: 2 })
// @ts-expect-error two ways at once
inngest.fail("send", { status: 503, reset: true })
// @ts-expect-error a reset has no body
inngest.fail("send", { reset: true, body: "x" })
// @ts-expect-error misspelt
inngest.fail("send", { status: 503, tmies: 2 })
// @ts-expect-error misspelt
createInngestMock({ baseUrl: "http://kit.test" })
// @ts-expect-error misspelt
createInngestMock({ quirks: { cachedGETs: true } })

// The controls are there when they were asked for.
const plain: Promise<InngestServer> = listen({ port: 0 })
const controlled: Promise<ControlledServer> = listen({ port: 0, control: true })
// @ts-expect-error without control
void plain.then((server) => server.reset())
void controlled.then((server) => server.reset())

// Either major of msw takes what makes requests strict.
setupServer().listen(inngest.strict)
