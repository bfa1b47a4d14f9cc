// The story of the README's example, written with the official SDK and told on our server.
import { expect, test } from "vitest"
import { createEmails, tellTheStory } from "../scenarios/account-created.ts"
import { startApp } from "./app.ts"

test("an account is created, and followed up when nothing comes of it", async () => {
  const emails = createEmails()
  const app = await startApp({
    name: "core",
    functions: (client) => [
      client.createFunction(
        { id: "account-created", triggers: [{ event: "api/account.created" }] },
        async ({ event, step }) => {
          const { accountId } = event.data as { accountId: string }
          await step.sleep("initial-delay", "1s")
          const sent = await step.run("on-user-created", () => emails.send({ to: accountId }))
          const created = await step.waitForEvent("wait-for-activity", {
            event: "api/function.created",
            timeout: "72h",
            if: "event.data.accountId == async.data.accountId",
          })
          if (created === null) return step.run("follow-up-email", () => emails.followUp(sent))
          return (created.data as { functionId: string }).functionId
        },
      ),
    ],
  })
  const ids: string[] = []
  await tellTheStory({
    emails,
    async send(event) {
      ids.push(...(await app.send(event)))
    },
    passDelay: () => app.advance("1s"),
    passWait: () => app.advance("73h"),
    outputs: async () =>
      ids
        .flatMap((id) => app.engine.reads.runsOfEvent(id))
        .map(({ phase }) => (phase.kind === "completed" ? JSON.parse(phase.output) : undefined)),
  })
  expect(app.calls().length).toBe(9)
  await app.close()
})
