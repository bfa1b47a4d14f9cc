/** The promise, or the reason of the signal if that comes first. Leaves no listener behind. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener("abort", onAbort)
  if (signal.aborted) onAbort()
  return Promise.race([aborted, promise]).finally(() => signal.removeEventListener("abort", onAbort))
}
