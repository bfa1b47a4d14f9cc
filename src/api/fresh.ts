import type { Clock } from "../shared/clock.ts"

/**
 * A query that is another one each time: the server answers GETs of `/v1` from its own copies for up to 15 seconds, whatever the headers say,
 * and keeps a copy for each query.
 *
 * @source contract measured on the server, vectors `event-runs-ok-cached-copy`, `event-runs-ok-cache-busted`
 */
export function createFreshQuery(clock: Clock): () => { _: string } {
  let count = 0
  return () => ({ _: `${clock.now()}-${count++}` })
}
