import { createClient } from "inngest-kit"
import { createFunction, eventTrigger, eventType, serve } from "inngest-kit/functions"
import { createInngestMock } from "inngest-kit/mocks"
import { expect, test } from "vitest"

const orderPaid = eventType<"shop/order.paid", { id: number }>("shop/order.paid")

test("a function runs from its event to its end, in this runtime", async () => {
  const inngest = createInngestMock()
  const client = createClient({ appId: "shop", fetch: inngest.fetch })
  const attempts: number[] = []
  const remind = createFunction({ id: "remind", retries: 1 }, eventTrigger(orderPaid), async ({ event, step }) => {
    const at = await step.run("note", () => new Date(0))
    await step.sleep("wait", "3d")
    const [a, b] = await Promise.all([
      step.run("a", () => event.data.id),
      step.run("b", () => {
        attempts.push(1)
        if (attempts.length === 1) throw new Error("once")
        return 2
      }),
    ])
    return { at, sum: a + b }
  })
  inngest.serve(serve({ client, functions: [remind] }))
  await client.send(orderPaid({ id: 7 }))
  await inngest.clock.advance("4d")
  expect(inngest.runs("remind")).toMatchObject([
    { status: "completed", output: { at: "1970-01-01T00:00:00.000Z", sum: 9 } },
  ])
  expect(attempts).toHaveLength(2)
})

test("calls and answers are signed, in this runtime", async () => {
  const signingKey = "signkey-test-0123456789abcdef0123456789abcdef"
  const client = createClient({ appId: "shop", signingKey, dangerouslyAllowBrowser: true, baseURL: "http://kit.test" })
  const handler = serve({ client, functions: [] })
  const answer = await handler(new Request("http://app.test/api/inngest?fnId=x", { method: "POST", body: "{}" }))
  expect([answer.status, await answer.json()]).toEqual([401, { message: "Unauthorized" }])
})
