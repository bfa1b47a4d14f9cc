// Checked by `tsc --noEmit`: what must compile, and what must not.
import type { CancelResult, InngestClient, Page, Run, RunStatus } from "../../src/index.ts"
import { type LiveSnapshot, live } from "../../src/live/index.ts"

declare const inngest: InngestClient
declare function expectType<T>(value: T): void

const runs = inngest.runs.list({
  status: ["failed", "canceled"],
  functionId: "core-x",
  since: "2h",
  until: new Date(),
  limit: 5,
})
runs satisfies AsyncIterable<Run>
expectType<PromiseLike<Run[]>>(runs.then(({ data }) => data))
// @ts-expect-error -- not a status
inngest.runs.list({ status: ["fail"] })
// @ts-expect-error -- a list of them
inngest.runs.list({ status: "failed" })
// @ts-expect-error -- no such filter
inngest.runs.list({ name: "a/b" })

expectType<Promise<Run | null>>(inngest.runs.get("r1"))
// @ts-expect-error -- it may be null
void inngest.runs.get("r1").then(({ status }) => status)
expectType<Promise<Run>>(inngest.runs.wait("r1", { timeout: "1m", signal: new AbortController().signal }))
expectType<Promise<CancelResult>>(inngest.runs.cancel("r1"))
expectType<Promise<{ runId: string }>>(inngest.runs.rerun("r1"))
expectType<PromiseLike<Page<Run>>>(inngest.events.runs("e1"))
declare const run: Run
// Of a server newer than this package it may be any text.
expectType<RunStatus | (string & {})>(run.status)
if (run.status === "completed") expectType<Run>(run)

void inngest.functions.invoke("core-x", { data: { a: 1 } satisfies { a: number }, idempotencyKey: "k" })
// @ts-expect-error -- data is an object
void inngest.functions.invoke("core-x", { data: "a" })
expectType<PromiseLike<string[]>>(
  inngest.functions.list({ appId: "core" }).then(({ data }) => data.map(({ slug }) => slug)),
)
expectType<Promise<{ modified?: boolean | undefined }>>(inngest.apps.sync("https://shop.example/api/inngest"))

void inngest.cancellations.create({ appId: "core", functionId: "x", startedBefore: "5m", if: "event.data.id == '7'" })
// @ts-expect-error -- it says before when
void inngest.cancellations.create({ appId: "core", functionId: "x" })
expectType<Promise<{ runId: string } | null>>(inngest.signals.send("approval/7", { ok: true }))

const query = inngest.queries.runs.list({ status: ["failed"] })
expectType<Promise<Page<Run>>>(query.queryFn({ signal: new AbortController().signal }))
expectType<readonly unknown[]>(query.queryKey)
// @ts-expect-error -- the signal comes with the call
inngest.queries.runs.list({ signal: new AbortController().signal })

const watched = live(inngest).runs({ status: ["running"] }, { every: "2s" })
expectType<() => void>(watched.subscribe(() => {}))
watched.subscribe((snapshot) => expectType<LiveSnapshot<Run>>(snapshot))
// @ts-expect-error -- read only
watched.getSnapshot().data.push(run)
// @ts-expect-error -- pages are for lists
live(inngest).runs({ cursor: "x" })
