/** Ask an app to register itself, as the dashboard does when a person types its URL. */
import type { AppRow } from "../../engine/app.ts"
import type { Engine } from "../../engine/engine.ts"

const timeoutMs = 10_000

/** @throws Error in words for the person who typed the URL. */
export async function announce(engine: Engine, url: string): Promise<AppRow> {
  let response: Response
  try {
    response = await fetch(url, { method: "PUT", signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
  } catch {
    throw new Error(`unreachable: ${url}`)
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  const app = engine.reads.apps().find((each) => samePlace(each.url, url))
  if (app === undefined) throw new Error(`${url} did not register with this server`)
  return app
}

function samePlace(left: string, right: string): boolean {
  return placeOf(left) === placeOf(right)
}

/** Without the query; the names of this machine are one. */
function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    const isHere = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]"
    return `${isHere ? "localhost" : hostname}:${port}${pathname}`
  } catch {
    return url
  }
}
