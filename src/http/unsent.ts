/** Loaded with the first failure of a request that must not happen twice. */

/** No connection was made: Node's and Bun's codes; Deno has none (`client error (Connect): tcp connect error: …`). */
const unsentCause =
  /^((ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused) |.*client error \(Connect\))/s

/**
 * Whether a thrown error of `fetch` proves that nothing was sent. Browsers say "Failed to fetch" for everything, so there it never does.
 */
export function isUnsent(thrown: unknown, depth = 0): boolean {
  const { code, message, cause } = (thrown ?? {}) as { code?: unknown; message?: unknown; cause?: unknown }
  return unsentCause.test(`${code} ${message}`) || (cause !== undefined && depth < 4 && isUnsent(cause, depth + 1))
}
