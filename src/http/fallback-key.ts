/**
 * A second signing key: keys are rotated on two sides, never at once.
 *
 * I1  A 401 is asked again with the other key, once; it was refused before anything was done.
 * I2  The key that was not refused is the first to be tried from then on.
 */
import type { AttemptOnce, Outcome } from "./attempt.ts"
import type { AuthOptions } from "./auth.ts"

/** What `createTransport` wraps around its attempts. */
export function tryFallbackKey({ signingKey, signingKeyFallback }: AuthOptions): (attempt: AttemptOnce) => AttemptOnce {
  if (!signingKey || !signingKeyFallback) return (attempt) => attempt
  let keys = [signingKey, signingKeyFallback] as const
  return (attempt) => async (request) => {
    const [first, second] = keys
    // Requests without a key, and those with an authorization of their own.
    if (request.headers.authorization !== `Bearer ${signingKey}`) return attempt(request)
    const ask = (key: string): Promise<Outcome> =>
      attempt({ ...request, headers: { ...request.headers, authorization: `Bearer ${key}` } })
    const outcome = await ask(first)
    if (!isRefused(outcome)) return outcome
    const other = await ask(second)
    if (!isRefused(other)) keys = [second, first]
    return other
  }
}

function isRefused(outcome: Outcome): boolean {
  return outcome.kind === "status" && outcome.status === 401
}
