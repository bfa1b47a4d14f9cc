import { expect } from "@playwright/test"
import { type PreviewServer, preview } from "vite"
import { test } from "./inngest-fixture.ts"

let site: PreviewServer
test.beforeAll(async () => {
  site = await preview({ preview: { host: "127.0.0.1", port: 0 }, logLevel: "error" })
})
test.afterAll(() => site.close())
const address = (search = "") => `${site.resolvedUrls?.local[0]}${search}`

test("paying in the page sends one event", async ({ page, inngest }) => {
  await page.goto(address())
  await page.getByRole("button", { name: "Pay" }).click()
  expect(await inngest.waitFor("shop/order.paid", { timeout: "10s" })).toMatchObject({ data: { id: 7 } })
  await expect(page.locator("output")).toHaveText("paid")
})

test("the page shows what is stored", async ({ page, inngest }) => {
  inngest.seed({ workflows: [{ workflowId: "order-7", status: "failed" }] })
  await page.goto(address())
  await expect(page.getByRole("listitem")).toHaveText(["order-7: failed"])
})

test("the page says when the server is busy, and when there is none", async ({ page, inngest }) => {
  await page.goto(address())
  inngest.fail("send", { status: 503, times: 1 })
  await page.getByRole("button", { name: "Pay" }).click()
  await expect(page.locator("output")).toHaveText("failed: 503")
  inngest.fail("send", { reset: true })
  await page.getByRole("button", { name: "Pay" }).click()
  await expect(page.locator("output")).toHaveText("no connection")
  expect(inngest.sent()).toEqual([])
})

test("the page's own mock needs no server: a worker leads its requests there", async ({ page }) => {
  await page.goto(address("?demo"))
  await expect(page.getByRole("listitem")).toHaveText(["order-1: running"])
  await page.getByRole("button", { name: "Pay" }).click()
  await expect(page.locator("output")).toHaveText("paid")
  expect(await page.evaluate("globalThis.inngest.sent().map(({ data }) => data)")).toEqual([{ id: 7 }])
})
