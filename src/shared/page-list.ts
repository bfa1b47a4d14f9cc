/**
 * A list that is one page when awaited and everything when iterated. Nothing is requested before the first `await` or `for await`.
 */
export interface Page<T> {
  data: T[]
  /** Present when more follow. */
  cursor?: string
}

export interface PageList<T> extends PromiseLike<Page<T>>, AsyncIterable<T> {
  catch: Promise<Page<T>>["catch"]
  finally: Promise<Page<T>>["finally"]
}

/** A list of something that loads when it is asked. */
export function createLateList<T, Source>(
  load: () => Promise<Source>,
  listIn: (source: Source) => PageList<T>,
): PageList<T> {
  return listOf(
    async () => listIn(await load()),
    async function* () {
      yield* listIn(await load())
    },
  )
}

/**
 * @param first what an `await` gives; asked for once.
 * @param items what is iterated.
 */
export function listOf<T>(first: () => Promise<Page<T>>, items: () => AsyncGenerator<T>): PageList<T> {
  let awaited: Promise<Page<T>> | undefined
  const once = (): Promise<Page<T>> => (awaited ??= first())
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- awaitable on purpose
    then: (onFulfilled, onRejected) => once().then(onFulfilled, onRejected),
    catch: (onRejected) => once().catch(onRejected),
    finally: (onFinally) => once().finally(onFinally),
    [Symbol.asyncIterator]: items,
  }
}
