// The example of the README, written with the official SDK, on this server: over HTTP, and in process on the mock's clock.
import { expect, test } from "vitest"
import { createInngestMock } from "../../mocks/index.ts"
import { type OfficialSdk, type SdkClient, loadOfficialSdk } from "../support/official-sdk.ts"
import { startApp } from "./app.ts"

function story(client: SdkClient, mails: string[]): object[] {
  return [
    client.createFunction(
      { id: "account-created", triggers: [{ event: "api/account.created" }] },
      async ({ event, step }) => {
        await step.sleep("initial-delay", "1s")
        await step.run("on-user-created", () => mails.push(`welcome ${event.data.accountId}`))
        const created = await step.waitForEvent("wait-for-activity", {
          event: "api/function.created",
          timeout: "72h",
          if: "event.data.accountId == async.data.accountId",
        })
        if (created === null) {
          await step.run("follow-up-email", () => mails.push(`are you there ${event.data.accountId}`))
          return "followed up"
        }
        return created.data.functionId
      },
    ),
  ]
}

test("over HTTP: one account is active, the other one gets the follow-up when the wait times out", async () => {
  const mails: string[] = []
  const app = await startApp({
    name: "story",
    client: { checkpointing: true },
    functions: (client) => story(client, mails),
  })
  try {
    const ids = await app.send(["7", "8"].map((accountId) => ({ name: "api/account.created", data: { accountId } })))
    await app.advance("1s")
    expect(mails.toSorted()).toEqual(["welcome 7", "welcome 8"])
    await app.send({ name: "api/function.created", data: { accountId: "7", functionId: "f7" } })
    const phases = () => ids.map((id) => app.engine.reads.runsOfEvent(id)[0]?.phase)
    expect(phases()).toMatchObject([{ kind: "completed", output: '"f7"' }, { kind: "running" }])
    await app.advance("72h")
    expect(phases()).toMatchObject([{ output: '"f7"' }, { kind: "completed", output: '"followed up"' }])
    expect(mails.at(-1)).toBe("are you there 8")
  } finally {
    await app.close()
  }
})

test("in process: three days pass at once", async () => {
  const sdk: OfficialSdk = await loadOfficialSdk()
  const mails: string[] = []
  const inngest = createInngestMock()
  const client = new sdk.Inngest({ id: "story", isDev: true, fetch: inngest.fetch, checkpointing: false })
  inngest.serve(sdk.serveFetch({ client, functions: story(client, mails) }))
  await client.send({ name: "api/account.created", data: { accountId: "8" } })
  await inngest.clock.advance("3d")
  await inngest.clock.advance("1s")
  expect(inngest.runs("account-created")).toMatchObject([{ status: "completed", output: "followed up" }])
  expect(mails).toEqual(["welcome 8", "are you there 8"])
})
