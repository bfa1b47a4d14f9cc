import { getResponse, http } from "msw"
import { setupServer } from "msw/node"
import { getResponse as getResponse3, http as http3 } from "msw3"
import { setupServer as setupServer3 } from "msw3/node"
import { attemptAll } from "./client.ts"
import { METHODS, describeRequest } from "./seen.ts"
import type { Outcome } from "./client.ts"

/** A host that does not resolve: a request that slips past a mock fails instead of reaching something. */
export const MOCK_ORIGIN = "http://kit.test"

/**
 * Matches both workflow routes behind any number of slashes. It has no capture group: msw 2 decodes what a group or a
 * `:param` matched, and throws a URIError for `%FF`.
 */
export const WORKFLOW_ROUTE: RegExp = /^http:\/\/kit\.test\/+v1\/workflows(?:\/|$)/
const ANY_URL = /^/

const show = ({ request }: { request: Request }): Response => Response.json(describeRequest(request))
const notFound = (): Response => new Response(null, { status: 404 })

const handlers = [
  http.put(WORKFLOW_ROUTE, show),
  http.get(WORKFLOW_ROUTE, show),
  http.delete(WORKFLOW_ROUTE, show),
  http.all(ANY_URL, notFound),
]
const handlers3 = [
  http3.put(WORKFLOW_ROUTE, show),
  http3.get(WORKFLOW_ROUTE, show),
  http3.delete(WORKFLOW_ROUTE, show),
  http3.all(ANY_URL, notFound),
]

async function throughGetResponse(
  respond: (request: Request) => Promise<Response | undefined>,
  url: () => string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const method of METHODS) {
    try {
      const response = await respond(new Request(url(), { method }))
      outcomes.push(response?.ok ? { seen: await response.json() } : { refused: String(response?.status) })
    } catch (error) {
      outcomes.push({ refused: error instanceof Error ? error.name : String(error) })
    }
  }
  return outcomes
}

async function throughServer(
  server: { listen(options: object): void; close(): void },
  urls: readonly (() => string)[],
): Promise<Outcome[][]> {
  server.listen({ onUnhandledRequest: "error", onUnhandledFrame: "error" })
  try {
    const results: Outcome[][] = []
    for (const url of urls) results.push(await attemptAll(url))
    return results
  } finally {
    server.close()
  }
}

/**
 * Every way into a mock: sends each URL with each of `METHODS`. Run them one at a time, since two of them replace the
 * global `fetch`.
 */
export const MOCK_DOORS: Readonly<Record<string, (urls: readonly (() => string)[]) => Promise<Outcome[][]>>> = {
  "msw 2 setupServer": (urls) => throughServer(setupServer(...handlers), urls),
  "msw 2 getResponse": (urls) =>
    Promise.all(urls.map((url) => throughGetResponse((request) => getResponse(handlers, request), url))),
  "msw 3 setupServer": (urls) => throughServer(setupServer3(...handlers3), urls),
  "msw 3 getResponse": (urls) =>
    Promise.all(urls.map((url) => throughGetResponse((request) => getResponse3(handlers3, request), url))),
}
