/** Servers to talk to: ours, and doubles of those that behave in ways ours does not. */
import { type AddressInfo, createServer } from "node:net"
import { serve } from "srvx"
import { onTestFinished } from "vitest"
import { listen } from "../../../mocks/server.ts"

/** The embedded server in memory, on a port of its own. */
export async function startServer(): Promise<string> {
  const server = await listen({ port: 0 })
  onTestFinished(() => server.close())
  return server.url
}

export async function startDouble(answer: (request: Request) => Response | Promise<Response>): Promise<string> {
  const server = serve({ port: 0, hostname: "127.0.0.1", silent: true, gracefulShutdown: false, fetch: answer })
  await server.ready()
  onTestFinished(() => server.close(true))
  return (server.url ?? "").replace(/\/$/, "")
}

/** What a stock Inngest says under `/v1/workflows`. @source contract measured on the server */
export function startStockServer(): Promise<string> {
  return startDouble((request) => {
    const headers = { "content-type": "text/plain; charset=utf-8", "x-inngest-server-kind": "dev" }
    if (new URL(request.url).pathname === "/dev") return Response.json({ version: "1.2.3" }, { headers })
    return new Response("404 page not found\n", { status: 404, headers })
  })
}

/** A port where nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
