import { expect, test } from "vitest"
import { type InngestClient, createClient } from "../../src/index.ts"
import { type FakeFetch, createFakeFetch, reset } from "../support/fake-fetch.ts"
import { serverOf, vector } from "../support/inngest-vectors.ts"

function signalsOf({ fetch }: FakeFetch): InngestClient["signals"] {
  return createClient({ baseURL: "http://kit.test", fetch, retry: { attempts: 4, minDelay: 0 } }).signals
}

test("a signal resumes the run that waits for it", async () => {
  const server = serverOf(vector("signal-send"))
  await expect(signalsOf(server).send("my-signal", { yes: true })).resolves.toEqual({
    runId: "01M80QR36H6JMZGNVR1PADJPRK",
  })
  expect(server.requests[0]).toMatchObject({
    method: "POST",
    path: "/v1/signals",
    body: vector("signal-send").request.body,
  })
})

test.each(["signal-send-twice", "signal-unknown"])("a signal that nobody waits for is null: %s", async (name) => {
  const server = serverOf(vector(name))
  await expect(signalsOf(server).send("nobody")).resolves.toBeNull()
  expect(server.requests[0]?.body).toBe(vector("signal-unknown").request.body)
})

test("a server without signals is an error, not one where nobody waits", async () => {
  await expect(signalsOf(serverOf(vector("workflow-get"))).send("a")).rejects.toMatchObject({ status: 404 })
})

test("a signal without a name, or with data that is no JSON, is refused before it is sent", async () => {
  const server = serverOf(vector("signal-empty-object"))
  await expect(signalsOf(server).send("")).rejects.toMatchObject({ code: "validation" })
  await expect(signalsOf(server).send("a", { when: new Map() })).rejects.toMatchObject({ code: "validation" })
  expect(server.requests).toEqual([])
})

test("a signal is not sent twice once bytes were sent: the error says that it may have happened", async () => {
  for (const reply of [reset(), new Response("", { status: 503 })]) {
    const server = createFakeFetch([reply])
    await expect(signalsOf(server).send("a")).rejects.toMatchObject({ retryable: false })
    expect(server.requests).toHaveLength(1)
  }
})
