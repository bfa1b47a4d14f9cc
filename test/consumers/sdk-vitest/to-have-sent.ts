// A vitest matcher: expect(inngest).toHaveSent("shop/order.paid", { id: 7 })
import type { InngestMock } from "inngest-kit/mocks"
import { expect } from "vitest"

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** That an event of this name was sent, with data that hold at least these members. */
    toHaveSent: (name: string, data?: object) => R
  }
}

expect.extend({
  toHaveSent(inngest: InngestMock, name: string, data: object = {}) {
    const sent = inngest.sent()
    const pass = sent.some(
      (event) => event.name === name && this.equals(event.data ?? {}, expect.objectContaining(data)),
    )
    return {
      pass,
      message: () =>
        `expected ${name} with ${JSON.stringify(data)} ${this.isNot ? "not " : ""}to be sent; what was sent: ` +
        (sent.map((event) => `${event.name} ${JSON.stringify(event.data)}`).join(", ") || "nothing"),
    }
  },
})
