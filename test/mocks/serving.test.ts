import { execFile } from "node:child_process"
import { promisify } from "node:util"
// Functions in process, on the mock's clock.
import { afterEach, describe, expect, test } from "vitest"
import { createClient } from "../../src/index.ts"
import {
  type InngestFunction,
  createFunction,
  cronTrigger,
  eventTrigger,
  eventType,
} from "../../src/functions/index.ts"
import { createInngestMock } from "../../mocks/index.ts"

const inngest = createInngestMock()
const client = createClient({ appId: "shop", dev: true, fetch: inngest.fetch })

afterEach(() => inngest.reset())

const accountCreated = eventType<"api/account.created", { accountId: string }>("api/account.created")
const functionCreated = eventType<"api/function.created", { accountId: string; functionId: string }>(
  "api/function.created",
)

/** The example of the README. */
function onAccountCreated(mails: string[]): InngestFunction {
  return createFunction({ id: "account-created" }, eventTrigger(accountCreated), async ({ event, step }) => {
    await step.sleep("initial-delay", "1s")
    await step.run("on-user-created", () => mails.push(`welcome ${event.data.accountId}`))
    const created = await step.waitForEvent("wait-for-activity", {
      event: functionCreated,
      timeout: "72h",
      if: "event.data.accountId == async.data.accountId",
    })
    if (created === null) return step.run("follow-up-email", () => mails.push(`are you there ${event.data.accountId}`))
    return created.data.functionId
  })
}

test("runs are cancelled in bulk, and a cancellation is listed until it is deleted", async () => {
  inngest.serve([createFunction({ id: "naps" }, eventTrigger("shop/nap"), async ({ step }) => step.sleep("nap", "1h"))])
  await client.send([1, 2].map((n) => ({ name: "shop/nap", data: { n } })))
  await inngest.clock.advance("1m")
  const [appId = ""] = inngest.runs("naps").map((run) => run.appId)
  const startedBefore = new Date(inngest.clock.now() - 1_000)
  const made = await client.cancellations.create({ appId, functionId: "naps", startedBefore, if: "event.data.n == 2" })
  expect(inngest.runs("naps").map(({ status }) => status)).toEqual(["running", "cancelled"])
  expect((await client.cancellations.list()).data).toEqual([{ ...made, startedBefore: expect.any(String) as string }])
  await client.cancellations.delete(made.id)
  expect((await client.cancellations.list()).data).toEqual([])
  expect(inngest.runs("naps").map(({ status }) => status)).toEqual(["running", "cancelled"])
})

test("what is served takes the place of what was served as the same app, and of that alone", async () => {
  const on = (id: string): InngestFunction[] => [createFunction({ id }, eventTrigger("shop/nap"), () => id)]
  inngest.serve(on("first"))
  inngest.serve(on("other"), { appId: "other" })
  inngest.serve(on("second"))
  await client.send({ name: "shop/nap" })
  const started = (await inngest.drain()).flatMap((event) => event.started)
  expect(started.map(({ functionId }) => functionId).toSorted()).toEqual(["other", "second"])
})

test.each([
  [undefined, "app-naps"],
  [{ client: createClient({ appId: "core" }) }, "core-naps"],
  [{ appId: "shop" }, "shop-naps"],
])("functions are of the app that is named, or of the client's: %j", async (options, id) => {
  inngest.serve([createFunction({ id: "naps" }, eventTrigger("shop/nap"), () => "slept")], options)
  await client.send({ name: "shop/nap" })
  await inngest.drain()
  expect(inngest.runs(id)).toMatchObject([{ status: "completed", output: "slept" }])
})

describe("serve, clock, drain and runs", () => {
  test("a run sleeps, steps and waits for the event of its account", async () => {
    const mails: string[] = []
    inngest.serve([onAccountCreated(mails)])
    await client.send(accountCreated({ accountId: "7" }))
    await inngest.clock.advance("1s")
    expect(mails).toEqual(["welcome 7"])
    await client.send(functionCreated({ accountId: "8", functionId: "f8" }))
    await client.send(functionCreated({ accountId: "7", functionId: "f7" }))
    await inngest.drain()
    expect(inngest.runs("account-created")).toMatchObject([{ status: "completed", output: "f7" }])
  })

  test("after three days without activity the follow-up goes out", async () => {
    const mails: string[] = []
    inngest.serve([onAccountCreated(mails)])
    await client.send(accountCreated({ accountId: "7" }))
    await inngest.clock.advance("3d")
    expect(mails).toEqual(["welcome 7"])
    await inngest.clock.advance("1s")
    expect(mails).toEqual(["welcome 7", "are you there 7"])
    expect(inngest.runs()).toMatchObject([{ status: "completed", output: 2 }])
  })

  test("drain says which functions each event started", async () => {
    const hears = (id: string, name: string) => createFunction({ id }, eventTrigger(name), () => id) as InngestFunction
    inngest.serve([hears("one", "a/b"), hears("two", "a/*"), hears("three", "c/d")])
    await client.send([{ name: "a/b" }, { name: "a/c" }, { name: "x/y" }])
    const started = await inngest.drain()
    expect(
      started.map(({ event, started: functions }) => [event.name, functions.map((each) => each.functionId)]),
    ).toEqual([
      ["a/b", ["one", "two"]],
      ["a/c", ["two"]],
      ["x/y", []],
    ])
    expect(await inngest.drain()).toEqual([])
  })

  test("a step's events come to the mock, without the network", async () => {
    const sender = createFunction({ id: "sender" }, eventTrigger("go"), async ({ step }) => {
      await step.sendEvent("tell", { name: "told", data: { by: "step" } })
    })
    inngest.serve([sender as InngestFunction])
    await client.send({ name: "go" })
    await inngest.drain()
    expect(inngest.sent("told")).toEqual([expect.objectContaining({ data: { by: "step" } })])
  })

  test("crons fire at their minutes while time is moved", async () => {
    const at: number[] = []
    inngest.serve([
      createFunction({ id: "hourly" }, cronTrigger("0 * * * *"), ({ event }) => {
        at.push(event.ts)
      }) as InngestFunction,
    ])
    await inngest.clock.advance("3h")
    expect(at).toHaveLength(3)
    expect(at.every((ts) => ts % 3_600_000 === 0)).toBe(true)
  })

  test("a year of sleeps passes at once", async () => {
    inngest.serve([
      createFunction({ id: "year" }, eventTrigger("year"), async ({ step }) => {
        for (let month = 0; month < 12; month++) await step.sleep(`month-${month}`, "30d")
        return "older"
      }) as InngestFunction,
    ])
    await client.send({ name: "year" })
    await inngest.clock.advance("365d")
    expect(inngest.runs("year")).toMatchObject([{ status: "completed", output: "older" }])
  })

  test("what was served is gone after a reset, and runs no more", async () => {
    const calls: string[] = []
    const late = createFunction({ id: "late" }, eventTrigger("go"), async ({ step }) => {
      await step.sleep("a-while", "1h")
      calls.push("woke")
    })
    inngest.serve([late as InngestFunction])
    await client.send({ name: "go" })
    await inngest.drain()
    inngest.reset()
    await inngest.clock.advance("2h")
    await client.send({ name: "go" })
    expect([inngest.runs(), calls]).toEqual([[], []])
  })

  test("a handler that does not tell its functions is an error for whoever asks next", async () => {
    inngest.serve(() => new Response("nothing here", { status: 404 }))
    await expect(inngest.drain()).rejects.toThrow("serve: the handler did not tell its functions: 404 nothing here")
  })

  test("a duration that is none is refused by name", async () => {
    await expect(inngest.clock.advance("soon")).rejects.toThrow('advance: must be a duration such as "500ms" or 500')
  })
})

test("a process ends although runs sleep and crons are due, but not before a delayed answer", async () => {
  const script = `
    import { createInngestMock } from "./mocks/index.ts"
    import { createFunction, cronTrigger, eventTrigger } from "./src/functions/index.ts"
    const inngest = createInngestMock()
    const naps = async ({ step }) => step.sleep("nap", "1d")
    inngest.serve([createFunction({ id: "naps" }, [eventTrigger("shop/nap"), cronTrigger("0 5 * * *")], naps)])
    const send = () => inngest.fetch("http://kit.test/e/key", { method: "POST", body: '{"name":"shop/nap"}' })
    await send()
    await inngest.drain()
    inngest.delay("send", 20)
    await send()
    console.log(inngest.runs("naps").map(({ status }) => status).join())`
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    timeout: 20_000,
  })
  expect(stdout.trim()).toMatch(/^running,(?:queued|running)$/)
})
