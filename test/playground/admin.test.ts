/** The admin page as a person sees it: built by Vite, opened in Chromium, on the engine in the tab. */
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type Page } from "playwright"
import { build, preview, type PreviewServer } from "vite"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { chromiumFlags, findChromium } from "../../.ci/chromium.mjs"

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const outDir = file(".cache/playground")

let site: PreviewServer
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  const settings = { root: file("playground"), configFile: false, logLevel: "error" } as const
  await build({ ...settings, build: { outDir, emptyOutDir: true, target: "esnext" } })
  site = await preview({ ...settings, build: { outDir }, preview: { host: "127.0.0.1", port: 0 } })
  browser = await chromium.launch({ executablePath: findChromium() ?? "chromium", args: chromiumFlags })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await site?.close()
})

beforeEach(async () => {
  complaints.length = 0
  await page?.close()
  page = await browser.newPage({ viewport: { width: 1120, height: 640 }, colorScheme: "light" })
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") complaints.push(line.text())
  })
  page.on("pageerror", (error) => complaints.push(String(error)))
  await page.goto(site.resolvedUrls?.local[0] ?? "")
  await page.waitForSelector("body[data-ready]")
}, 60_000)

const cells = (panel: string, column: number): Promise<string[]> =>
  page.locator(`#${panel} tbody tr td:nth-child(${column})`).allTextContents()

test("lists the workflows and events of the engine in the tab, without a complaint in the console", async () => {
  expect(await cells("workflows", 1)).toEqual(["order-7", "order-6", "order-5"])
  expect(await cells("workflows", 2)).toEqual(["running", "failed", "completed"])
  expect(await cells("events", 1)).toEqual(["shop/order.paid", "api/account.created"])
  expect(complaints).toEqual([])
})

test("sends an event and shows it first", async () => {
  await page.getByLabel("Name").fill("shop/order.shipped")
  await page.getByLabel("Data").fill('{"id": 9}')
  await page.getByRole("button", { name: "Send" }).click()
  await page.locator("#notice", { hasText: "Sent shop/order.shipped" }).waitFor()
  await page.locator("#events td", { hasText: "shop/order.shipped" }).waitFor()
  expect((await cells("events", 1))[0]).toBe("shop/order.shipped")
  expect((await cells("events", 2))[0]).toBe('{"id":9}')
  if (process.env["UPDATE_PICTURES"] === "1") {
    await page.getByRole("button", { name: "order-7" }).click()
    await page.locator("#workflow pre").waitFor()
    await page.screenshot({ path: file(".github/assets/admin.png") })
  }
})

test("says what is wrong with an event that can't be sent", async () => {
  await page.getByLabel("Name").fill("inngest/mine")
  await page.getByRole("button", { name: "Send" }).click()
  await page.locator("#notice.error", { hasText: "reserved" }).waitFor()
  expect(await cells("events", 1)).toHaveLength(2)
})

test("opens a workflow, changes its status and filters by it", async () => {
  await page.getByRole("button", { name: "order-7" }).click()
  await page.getByLabel("Status of order-7").selectOption("canceled")
  await page.getByRole("button", { name: "Save" }).click()
  await page.locator("#notice", { hasText: "Saved order-7" }).waitFor()
  await page.locator("#workflow-filter").selectOption("canceled")
  await page.locator("#workflows td", { hasText: "canceled" }).waitFor()
  expect(await cells("workflows", 1)).toEqual(["order-7"])
})
