import { afterEach, describe, expect, test } from "vitest"
import { createInngestMock } from "../../mocks/index.ts"
import { listen } from "../../mocks/server.ts"
import { serve } from "../../src/functions/index.ts"
import { createClient } from "../../src/index.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { createServer } from "../support/serve-on-port.ts"
import { createAccountFunction, createEmails, tellTheStory } from "./account-created.ts"

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

describe("an account is created, and followed up when nothing comes of it", () => {
  test("in process, on the virtual clock", async () => {
    const inngest = createInngestMock()
    const emails = createEmails()
    const client = createClient({ appId: "core", fetch: inngest.fetch })
    inngest.serve(serve({ client, functions: [createAccountFunction(emails)] }))
    await tellTheStory({
      emails,
      send: (event) => client.send(event),
      passDelay: () => inngest.clock.advance("1s"),
      passWait: () => inngest.clock.advance("73h"),
      outputs: async () => inngest.runs("account-created").map(({ output }) => output),
    })
    expect(inngest.runs().map(({ status }) => status)).toEqual(["completed", "completed"])
  })

  test("over HTTP, on the embedded server", async () => {
    const clock = createManualClock()
    const server = await listen({ port: 0, clock })
    closing.push(() => server.close())
    const emails = createEmails()
    const client = createClient({ appId: "core", baseURL: server.url })
    const functions = [createAccountFunction(emails)]
    const app = await createServer(serve({ client, functions }))
    closing.push(() => app.close())
    const synced = await fetch(`${app.url}/api/inngest`, { method: "PUT" })
    expect(await synced.json()).toEqual({ message: "Successfully registered", modified: true })
    const ids: string[] = []
    await tellTheStory({
      emails,
      async send(event) {
        ids.push(...(await client.send(event)).ids)
      },
      async passDelay() {
        await until(() => areAt("initial-delay"))
        await clock.advance(1_000)
        await until(() => areAt("wait-for-activity"))
      },
      async passWait() {
        await until(async () => (await ended()).length === 1)
        await clock.advance(72 * 3_600_000)
        await until(async () => (await ended()).length === 2)
      },
      outputs: async () => (await ended()).map(({ output }) => output),
    })

    /** Whether both accounts' runs came to this step, as the server sees it. */
    async function areAt(name: string): Promise<boolean> {
      const traces = await Promise.all((await runs()).map(({ id }) => client.runs.trace(id)))
      return traces.filter((trace) => trace?.rootSpan.children.some((span) => span.name === name)).length === 2
    }
    async function runs() {
      const started = await Promise.all(ids.map((id) => client.events.runs(id)))
      return started.flatMap(({ data }) => data)
    }
    async function ended() {
      const all = await Promise.all((await runs()).map(({ id }) => client.runs.get(id)))
      return all.filter((run) => run !== null).filter(({ status }) => status === "completed")
    }
  })
})

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  // What comes over sockets comes in further turns of the event loop.
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve))
}
