export interface SeenRequest {
  method: string
  url: string
  path: string
  headers: Record<string, string>
  body: string | undefined
  init: RequestInit
}

/** What the network does with a request: answer, throw, or nothing at all. */
export type Reply = Response | Error | "hang" | Promise<Response>

export interface FakeFetch {
  fetch: typeof globalThis.fetch
  /** In order of arrival. */
  requests: SeenRequest[]
}

/** A `fetch` driven by hand. The n-th request gets the n-th reply, all further ones the last; or `reply` is asked each time. */
export function createFakeFetch(reply: readonly Reply[] | ((request: SeenRequest, index: number) => Reply)): FakeFetch {
  const requests: SeenRequest[] = []
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = String(input)
    const { pathname, search } = new URL(url)
    const request: SeenRequest = {
      method: init.method ?? "GET",
      url,
      path: pathname + search,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === "string" ? init.body : undefined,
      init,
    }
    const index = requests.push(request) - 1
    const chosen = typeof reply === "function" ? reply(request, index) : (reply[index] ?? reply.at(-1))
    if (chosen === undefined) throw new Error("no reply is planned")
    if (chosen === "hang")
      return new Promise((_resolve, reject) => {
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error), { once: true })
      })
    if (chosen instanceof Error) throw chosen
    // A body can be read once; the last reply may be given again.
    return chosen instanceof Response ? chosen.clone() : chosen
  }
  return { fetch, requests }
}

export function json(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), init)
}

/** Nothing listens. */
export function refused(code = "ECONNREFUSED"): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(`connect ${code} 127.0.0.1:8288`), { code }) })
}

/** The connection broke after the request had gone out. */
export function reset(): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) })
}

/** A body that begins and never ends. */
export function endless(): Response {
  return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) }))
}

/** How many listeners for `abort` a signal has, counted from now on. */
export function countListeners(signal: AbortSignal): { readonly count: number } {
  const listeners = new Set<unknown>()
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof addEventListener>) {
    listeners.add(args[1])
    const [type, , options] = args
    // The platform itself removes it when it has been called.
    const isOnce = typeof options === "object" && options.once === true
    if (isOnce) addEventListener.call(this, type, () => listeners.delete(args[1]), { once: true })
    return addEventListener.apply(this, args)
  }
  signal.removeEventListener = function (this: AbortSignal, ...args: Parameters<typeof removeEventListener>) {
    listeners.delete(args[1])
    return removeEventListener.apply(this, args)
  }
  return {
    get count() {
      return listeners.size
    },
  }
}
