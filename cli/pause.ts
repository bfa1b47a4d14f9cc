/** Wait between two looks at a server. @returns whether to go on: `false` once the signal has ended it. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false
  return new Promise((resolve) => {
    const end = (goesOn: boolean): void => {
      clearTimeout(timer)
      signal.removeEventListener("abort", stop)
      resolve(goesOn)
    }
    const stop = (): void => end(false)
    const timer = setTimeout(() => end(true), ms)
    signal.addEventListener("abort", stop)
  })
}
