// The README's example as a story: told in process on the virtual clock, over HTTP on the embedded server, and by the official SDK.
import { expect } from "vitest"
import {
  type EventInput,
  type EventType,
  type InngestFunction,
  createFunction,
  eventTrigger,
  eventType,
} from "../../src/functions/index.ts"

export const accountCreated: EventType<"api/account.created", { accountId: string }> = eventType("api/account.created")
export const functionCreated: EventType<"api/function.created", { accountId: string; functionId: string }> =
  eventType("api/function.created")

/** Mails that were sent, in order. */
export interface Emails {
  sent: string[]
  send(mail: { to: string }): Promise<string>
  followUp(mail: string): Promise<string>
}

export function createEmails(): Emails {
  const sent: string[] = []
  return {
    sent,
    async send({ to }) {
      sent.push(`welcome ${to}`)
      return `mail to ${to}`
    },
    async followUp(mail) {
      sent.push(`follow-up of ${mail}`)
      return "followed up"
    },
  }
}

export function createAccountFunction(
  emails: Emails,
  wait: { initial: string; activity: string } = { initial: "1s", activity: "72h" },
): InngestFunction<{ accountId: string }, string> {
  return createFunction(
    { id: "account-created", retries: 4 },
    eventTrigger(accountCreated),
    async ({ event, step }) => {
      await step.sleep("initial-delay", wait.initial)
      const sent = await step.run("on-user-created", () => emails.send({ to: event.data.accountId }))
      const created = await step.waitForEvent("wait-for-activity", {
        event: functionCreated,
        timeout: wait.activity,
        if: "event.data.accountId == async.data.accountId",
      })
      if (created === null) return step.run("follow-up-email", () => emails.followUp(sent))
      return created.data.functionId
    },
  )
}

/** Where the story is told. */
export interface Stage {
  emails: Emails
  send(event: EventInput): Promise<unknown>
  /** Let the initial delay pass. */
  passDelay(): Promise<unknown>
  /** Let the whole wait pass. */
  passWait(): Promise<unknown>
  /** Outputs of the ended runs, in the order of their starts; `undefined` of one that has not ended. */
  outputs(): Promise<unknown[]>
}

/** One account becomes active, the other does not and is reminded. */
export async function tellTheStory(stage: Stage): Promise<void> {
  await stage.send(accountCreated({ accountId: "7" }))
  await stage.send(accountCreated({ accountId: "8" }))
  await stage.passDelay()
  expect(stage.emails.sent.toSorted()).toEqual(["welcome 7", "welcome 8"])
  // Activity of another account, and of one of ours.
  await stage.send(functionCreated({ accountId: "9", functionId: "f9" }))
  await stage.send(functionCreated({ accountId: "7", functionId: "f7" }))
  await stage.passWait()
  expect((await stage.outputs()).toSorted()).toEqual(["f7", "followed up"])
  expect(stage.emails.sent.slice(2)).toEqual(["follow-up of mail to 8"])
}
