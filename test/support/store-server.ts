import type { StoreHandler } from "../../src/store/handler.ts"
import { createStoreHandler, memoryStore } from "../../src/store/index.ts"
import { matchWorkflowPath } from "../../src/protocol/workflow-path.ts"

/** A handler as the network: what is given as `fetch` to a client. */
export function fetchOf(handler: StoreHandler): typeof globalThis.fetch {
  return async (input, init) => handler(new Request(input, init))
}

/** A server with the whole of `/v1/workflows`. */
export function wholeServer(): typeof globalThis.fetch {
  return fetchOf(createStoreHandler(memoryStore()))
}

/**
 * A server with the Go store's three routes and nothing else: no list, no revisions, and for what is absent the default text of Go's router.
 */
export function threeRouteServer(): typeof globalThis.fetch {
  const documents = new Map<string, string>()
  const notFound = (): Response =>
    new Response("404 page not found\n", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } })
  return fetchOf(async (request) => {
    const match = matchWorkflowPath(request.url)
    if (match.kind !== "workflow") return notFound()
    switch (request.method) {
      case "PUT":
        documents.set(match.id, await request.text())
        return new Response("")
      case "DELETE":
        documents.delete(match.id)
        return new Response("")
      default: {
        const document = documents.get(match.id)
        return document === undefined ? notFound() : new Response(document)
      }
    }
  })
}
