// Checked by `tsc --noEmit`: what must compile, and what must not.
import { type InngestClient, type InngestEvent, type StandardSchema, createClient, eventType } from "../../src/index.ts"
import { createEventSender } from "../../src/events/index.ts"

declare const inngest: InngestClient
declare function expectType<T>(value: T): void

createClient()
createClient({
  appId: "core",
  baseURL: "/api",
  timeout: "5s",
  retry: { attempts: 2, minDelay: 10 },
  dev: true,
  env: "x",
})
createEventSender({ dev: "http://localhost:9999", fetch: globalThis.fetch, headers: { a: "b" } })
createClient({ fetch: (input, init) => fetch(input instanceof Request ? input.url : input, init) })
createClient({ fetch: async (url: string, init: RequestInit) => fetch(url, init) })
createClient({
  fetch: async () => ({
    status: 200,
    statusText: "OK",
    headers: { get: () => null, has: () => false },
    arrayBuffer: async () => new ArrayBuffer(0),
  }),
})
// @ts-expect-error -- an answer has a body
createClient({ fetch: async () => ({ status: 200 }) })
// @ts-expect-error -- it is baseURL
createClient({ baseUrl: "http://localhost:8288" })
// @ts-expect-error -- it is appId
createClient({ id: "core" })
// @ts-expect-error -- no such option
createClient({ evenKey: "x" })
// @ts-expect-error -- a key is a text
createEventSender({ eventKey: 5 })

const accountCreated = eventType<"api/account.created", { accountId: string }>("api/account.created")
expectType<"api/account.created">(accountCreated.name)
expectType<{ accountId: string } | undefined>(accountCreated({ accountId: "7" }).data)
expectType<"api/account.created">(accountCreated({ accountId: "7" }, { id: "1", ts: 1, user: {}, v: "1" }).name)
// @ts-expect-error -- data has a required member
accountCreated()
// @ts-expect-error -- of another type
accountCreated({ accountId: 7 })
// @ts-expect-error -- an unknown member
accountCreated({ accountId: "7", more: true })
// @ts-expect-error -- ts is a number of ms
accountCreated({ accountId: "7" }, { ts: "now" })
// @ts-expect-error -- data is an object
eventType<"a/b", string>("a/b")

interface Order {
  total: number
}
declare const orderSchema: StandardSchema<Order, Order & { parsed: true }>
const orderPaid = eventType("shop/order.paid", { schema: orderSchema })
expectType<"shop/order.paid">(orderPaid.name)
orderPaid({ total: 1 })
// @ts-expect-error -- what the schema reads, not what it makes
orderPaid({ parsed: true })
// @ts-expect-error -- not a schema
eventType("a/b", { schema: {} })

const ping = eventType("ping")
ping()
ping({ any: "thing" })

void inngest.send(accountCreated({ accountId: "7" }))
void inngest.send([accountCreated({ accountId: "7" }), orderPaid({ total: 1 }), { name: "plain" }])
void inngest.send([accountCreated({ accountId: "7" })] as const, {
  signal: new AbortController().signal,
  timeout: "5s",
})
void inngest.send({ name: "plain", data: { a: 1 } satisfies { a: number } })
// @ts-expect-error -- an event has a name
void inngest.send({ data: {} })
// @ts-expect-error -- data is an object
void inngest.send({ name: "a/b", data: [1] satisfies number[] as unknown as string })
// @ts-expect-error -- a field that no event has
void inngest.send({ name: "a/b", payload: {} })

const list = inngest.events.list({ name: "a/b", since: "2h", until: new Date(), limit: 100 })
list satisfies AsyncIterable<{ internalId: string }>
expectType<PromiseLike<string | undefined>>(list.then(({ cursor }) => cursor))
// @ts-expect-error -- a time is a text, a number of ms, or a Date
inngest.events.list({ since: true })
expectType<Promise<{ id: string; name: string } | null>>(inngest.events.get("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
// What was received can be sent again.
for await (const event of list) void inngest.send(event)
declare const received: InngestEvent<"a/b", { a: number }>
void inngest.send(received)

void inngest.request("GET", "/v2/runs", { query: { limit: 5, status: ["FAILED"] } })
// @ts-expect-error -- not a method that any route has
void inngest.request("HEAD", "/v2/runs")
const { kind } = await inngest.serverInfo()
expectType<"dev" | "self-hosted" | "cloud" | "embedded">(kind)
