// The code under test knows nothing of mocks.
import { Inngest } from "inngest"

export const inngest = new Inngest({ id: "shop", eventKey: "event-key", isDev: false })

export async function pay(order: { id: number }): Promise<string[]> {
  const { ids } = await inngest.send({ name: "shop/order.paid", data: order })
  return ids
}

export const remind = inngest.createFunction(
  { id: "remind", triggers: [{ event: "shop/order.paid" }] },
  async ({ event, step }) => {
    await step.sendEvent("tell-support", { name: "support/reminder.wanted", data: { order: event.data.id } })
    return "asked"
  },
)
