// Checked by `tsc --noEmit`: what must compile, and what must not.
import {
  type InngestEvent,
  type InngestFunction,
  type Jsonified,
  type StepTools,
  type Trigger,
  createFunction,
  cronTrigger,
  defineMiddleware,
  eventTrigger,
  eventType,
  serve,
} from "../../src/functions/index.ts"
import { type JsonValue, createClient } from "../../src/index.ts"

declare function expectType<T>(value: T): void
/** Exactly this type, neither wider nor narrower. */
declare function expectExactly<T>(): <U>(value: U & ([T] extends [U] ? ([U] extends [T] ? U : never) : never)) => void
declare const step: StepTools

const accountCreated = eventType<"api/account.created", { accountId: string; at: Date; note?: string }>(
  "api/account.created",
)
const orderPaid = eventType<"shop/order.paid", { total: number }>("shop/order.paid")

// The event's data comes from its type, as JSON: a Date is a string.
createFunction({ id: "a" }, eventTrigger(accountCreated), ({ event, events }) => {
  expectType<"api/account.created">(event.name)
  expectType<string>(event.data.accountId)
  expectExactly<string>()(event.data.at)
  expectType<string | undefined>(event.data.note)
  expectType<InngestEvent<"api/account.created", { accountId: string }>>(events[0] ?? event)
  // @ts-expect-error -- it is a string by now
  event.data.at.getTime()
  // @ts-expect-error -- no such member
  void event.data.accountID
})

// A plain name says nothing of the data.
createFunction({ id: "a" }, eventTrigger("x/y"), ({ event }) => {
  expectType<"x/y">(event.name)
  expectType<unknown>(event.data)
  // @ts-expect-error -- unknown
  void event.data.id
})

// Several triggers: one of their events, told apart by name.
createFunction(
  { id: "a" },
  [eventTrigger(accountCreated), eventTrigger(orderPaid), cronTrigger("0 5 * * *")],
  ({ event }) => {
    if (event.name === "shop/order.paid") expectType<number>(event.data.total)
    else if (event.name === "inngest/scheduled.timer") expectType<string>(event.data.cron)
    else expectType<string>(event.data.accountId)
    // @ts-expect-error -- not of all of them
    void event.data.total
  },
)
createFunction({ id: "a" }, [], ({ event }) => expectType<unknown>(event.data))
declare const anyTriggers: readonly Trigger[]
createFunction({ id: "a" }, anyTriggers, ({ event }) => expectType<string>(event.name))

// Step results come from the lambda, as JSON.
expectType<Promise<{ id: number; at: string }>>(step.run("s", async () => ({ id: 1, at: new Date() })))
expectType<Promise<null>>(step.run("s", () => undefined))
expectType<Promise<null>>(step.run("s", async () => {}))
expectType<Promise<string | null>>(step.run("s", () => (Math.random() > 0.5 ? "x" : undefined)))
expectType<Promise<number>>(step.run("s", () => 1))
expectType<Promise<unknown>>(step.run("s", (): unknown => 1))
// @ts-expect-error -- a Date comes back as text
expectType<Promise<Date>>(step.run("s", () => new Date()))
// @ts-expect-error -- it takes code
step.run("s", 7)
// @ts-expect-error -- an id or { id, name }
step.run({ name: "s" }, () => 1)
expectType<Promise<void>>(step.sleep({ id: "s", name: "Zz" }, "3d"))
expectType<Promise<void>>(step.sleepUntil("s", new Date()))
// @ts-expect-error -- how long?
step.sleep("s")

// Waits: the event's data, or null.
expectType<Promise<InngestEvent<"shop/order.paid", { total: number }> | null>>(
  step.waitForEvent("w", { event: orderPaid, timeout: "72h", if: "event.data.id == async.data.id" }),
)
void step.waitForEvent("w", { event: accountCreated, timeout: 1000 }).then((event) => {
  // @ts-expect-error -- it may be null
  void event.data
  if (event !== null) expectExactly<string>()(event.data.at)
})
void step.waitForEvent("w", { event: "x/y", timeout: "1h", match: "data.id" }).then((event) => {
  expectType<unknown>(event?.data)
})
// @ts-expect-error -- without a timeout it would be over at once
step.waitForEvent("w", { event: orderPaid })

// Invocations: what goes in and comes out is the other function's.
const priceOf = createFunction({ id: "price" }, eventTrigger(orderPaid), async () => ({ price: 5, at: new Date(0) }))
expectType<InngestFunction<{ total: number }, { price: number; at: string }>>(priceOf)
expectType<Promise<{ price: number; at: string }>>(step.invoke("i", { function: priceOf, data: { total: 1 } }))
expectType<Promise<unknown>>(step.invoke("i", { function: "core-price", data: { any: 1 } }))
// @ts-expect-error -- not its data
step.invoke("i", { function: priceOf, data: { total: "1" } })

expectType<Promise<{ ids: string[] }>>(step.sendEvent("e", [orderPaid({ total: 1 }), { name: "x/y" }]))
expectType<Promise<{ runId?: string }>>(step.sendSignal("s", { signal: "approve/7", data: { ok: true } }))
expectType<Promise<Response>>(step.fetch("https://example.com", { method: "POST", body: "{}" }))
// @ts-expect-error -- text only
step.fetch("https://example.com", { body: new Uint8Array() })
// @ts-expect-error -- skip what?
step.waitForSignal("s", { signal: "x", timeout: "1s", onConflict: "skip" })

// Options.
createFunction(
  {
    id: "a",
    name: "A",
    retries: 4,
    concurrency: [{ limit: 10, key: "event.data.accountId", scope: "env" }],
    batchEvents: { maxSize: 10, timeout: "5s" },
    cancelOn: [{ event: orderPaid, match: "data.id", timeout: "1h" }, { event: "x/y" }],
    onFailure: ({ error, event }) => {
      expectType<Error>(error)
      expectType<string>(event.data.function_id)
    },
  },
  [],
  () => 1,
)
// @ts-expect-error -- an id is needed
createFunction({}, [], () => 1)
// @ts-expect-error -- no such scope
createFunction({ id: "a", concurrency: { limit: 1, scope: "app" } }, [], () => 1)
// @ts-expect-error -- skip or cancel
createFunction({ id: "a", singleton: { mode: "queue" } }, [], () => 1)
// @ts-expect-error -- not an option
createFunction({ id: "a", retry: 3 }, [], () => 1)
// @ts-expect-error -- a trigger, not a name
createFunction({ id: "a" }, "x/y", () => 1)

// What middleware adds is there, and only that.
const withDb = defineMiddleware<{ db: { get(id: string): string } }>({
  run: (_info, next) => next({ db: { get: String } }),
})
const withUser = defineMiddleware<{ user: string }>({ run: (_info, next) => next({ user: "ann" }) })
createFunction({ id: "a", middleware: [withDb, withUser] }, [], ({ db, user }) => {
  expectType<string>(db.get(user))
})
// @ts-expect-error -- nobody added it
createFunction({ id: "a" }, [], ({ db }) => db)

expectType<(request: Request) => Promise<Response>>(
  serve({ client: createClient({ appId: "core" }), functions: [priceOf], checkpointing: { bufferedSteps: 5 } }),
)
// @ts-expect-error -- a client is needed
serve({ functions: [] })

// JSON, shape by shape.
expectExactly<string>()({} as Jsonified<URL>)
expectExactly<null>()(null as Jsonified<bigint>)
expectExactly<null>()(null as Jsonified<() => void>)
expectExactly<Record<string, never>>()({} as Jsonified<Map<string, number>>)
expectExactly<[string, number]>()({} as unknown as Jsonified<[Date, number]>)
expectExactly<(string | null)[]>()([] as Jsonified<(Date | undefined)[]>)
expectExactly<{ a: number; b?: string }>()(
  {} as Jsonified<{ a: number; b?: Date; c: () => void; d: undefined; [Symbol.iterator]: 1 }>,
)
expectExactly<{ readonly kind: "a" } | { readonly kind: "b"; at: string }>()(
  {} as Jsonified<{ kind: "a" } | { kind: "b"; at: Date }>,
)
interface Tree {
  at: Date
  children: Tree[]
  parent?: Tree
}
declare const tree: Jsonified<Tree>
expectExactly<string>()(tree.at)
expectExactly<string | undefined>()(tree.children[0]?.parent?.at)
expectType<Promise<JsonValue>>(step.run("s", (): JsonValue => null))
