// A Playwright fixture: the page's requests to Inngest are answered by a mock in the test's own process.
import { test as base } from "@playwright/test"
import { type InngestMock, createInngestMock } from "inngest-kit/mocks"

export const test = base.extend<{ inngest: InngestMock }>({
  inngest: async ({ page }, use) => {
    const inngest = createInngestMock()
    await page.route("http://localhost:8288/**", async (route) => {
      const request = route.request()
      try {
        const answer = await inngest.fetch(request.url(), {
          method: request.method(),
          headers: await request.allHeaders(),
          body: request.postData(),
        })
        await route.fulfill({
          status: answer.status,
          headers: Object.fromEntries(answer.headers),
          body: Buffer.from(await answer.arrayBuffer()),
        })
      } catch {
        await route.abort("connectionreset") // a planned failure
      }
    })
    await use(inngest)
  },
})
