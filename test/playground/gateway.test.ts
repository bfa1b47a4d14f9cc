/** The gateway as a page knows it: built by Vite, opened in Chromium, with every byte that reached the page searched for the keys. */
import { createHash } from "node:crypto"
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Browser, type BrowserContext, type Page, chromium } from "playwright"
import { serve } from "srvx"
import { build } from "vite"
import { afterAll, beforeAll, expect, test } from "vitest"
import { chromiumFlags, findChromium } from "../../.ci/chromium.mjs"
import { type InngestServer, listen } from "../../mocks/server.ts"
import { type AuditEntry, type Gateway, createGateway } from "../../src/gateway/index.ts"
import { createClient } from "../../src/index.ts"

const eventKey = "evk-71d0c5-chromium-unique"
const signingKey = "5ca1ab1e0ddba11f00dfeed0c0ffee42"
const secrets = [
  eventKey,
  signingKey,
  createHash("sha256").update(Buffer.from(signingKey, "hex")).digest("hex"),
  // What only the server behind says.
  "upstream-words-of-its-own",
]

const root = fileURLToPath(new URL("gateway-page", import.meta.url))
const outDir = fileURLToPath(new URL("../../.cache/gateway-page", import.meta.url))
const types: Record<string, string> = { html: "text/html", js: "text/javascript", map: "application/json" }

let inngest: InngestServer
let site: ReturnType<typeof serve>
let foreign: ReturnType<typeof serve>
let browser: Browser
let context: BrowserContext
const audit: AuditEntry[] = []
const errors: unknown[] = []
/** Whatever came to the browser, headers first. */
const reached: string[] = []
/** Whatever left it. */
const asked: string[] = []
const complaints: string[] = []

beforeAll(async () => {
  // What a careless build would put into the page.
  process.env["INNGEST_EVENT_KEY"] = eventKey
  process.env["INNGEST_SIGNING_KEY"] = signingKey
  await build({
    root,
    configFile: false,
    logLevel: "error",
    build: { outDir, emptyOutDir: true, target: "esnext", sourcemap: true },
  })
  inngest = await listen({ port: 0, eventKey, signingKey })
  const client = createClient({
    baseURL: inngest.url,
    // Between the gateway and its server: what every answer leaks, and one route that fails with the server's own words.
    fetch: async (input, init) => {
      const failed = String(input).includes("/functions")
      const answer = failed
        ? new Response(`upstream-words-of-its-own ${String(input)} ${JSON.stringify(init?.headers)}`, { status: 500 })
        : await fetch(input, init)
      const headers = new Headers(answer.headers)
      headers.set("x-key", signingKey)
      headers.set("set-cookie", `key=${eventKey}`)
      return new Response(answer.status === 204 ? null : await answer.arrayBuffer(), { status: answer.status, headers })
    },
  })
  const gateway = createGateway({
    client,
    store: client.workflows,
    authorize: (request) => (/(?:^|; )session=ann(?:;|$)/.test(request.headers.get("cookie") ?? "") ? "ann" : false),
    allow: ["events.send:shop/*", "events.read", "runs.read", "functions.read", "workflows.*", "server.read"],
    audit: (entry) => void audit.push(entry),
    onError: (error) => void errors.push(error),
  })
  site = await serveSite(gateway)
  foreign = serve({
    port: 0,
    hostname: "127.0.0.1",
    silent: true,
    fetch: () => new Response("<title>evil</title>", { headers: { "content-type": "text/html" } }),
  })
  await foreign.ready()
  browser = await chromium.launch({ executablePath: findChromium() ?? "chromium", args: chromiumFlags })
  context = await browser.newContext()
  await context.addCookies([{ name: "session", value: "ann", url: site.url ?? "", sameSite: "Lax", httpOnly: true }])
}, 60_000)

afterAll(async () => {
  delete process.env["INNGEST_EVENT_KEY"]
  delete process.env["INNGEST_SIGNING_KEY"]
  await browser?.close()
  await Promise.all([site?.close(true), foreign?.close(true), inngest?.close()])
})

async function serveSite(gateway: Gateway): Promise<ReturnType<typeof serve>> {
  const files = new Map(
    readdirSync(outDir, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.\w+$/.test(name))
      .map((name) => [`/${name}`, readFileSync(join(outDir, name), "utf8")]),
  )
  const server = serve({
    port: 0,
    hostname: "127.0.0.1",
    silent: true,
    fetch: (request) => {
      const { pathname } = new URL(request.url)
      if (pathname.startsWith("/api/inngest/")) return gateway(request)
      const name = pathname === "/" ? "/index.html" : pathname
      const headers = { "content-type": types[name.replace(/^.*\./, "")] ?? "text/plain" }
      return new Response(files.get(name) ?? "", { status: files.has(name) ? 200 : 404, headers })
    },
  })
  await server.ready()
  return server
}

async function open(): Promise<Page> {
  const page = await context.newPage()
  page.on("console", (line) => complaints.push(line.text()))
  page.on("pageerror", (error) => complaints.push(String(error)))
  page.on("request", async (request) => {
    asked.push(`${request.url()} ${JSON.stringify(await request.allHeaders())} ${request.postData() ?? ""}`)
  })
  page.on("response", async (response) => {
    const headers = JSON.stringify(await response.allHeaders())
    reached.push(`${response.url()} ${response.status()} ${headers}\n${await response.text().catch(() => "")}`)
  })
  await page.goto(site.url ?? "")
  await page.waitForSelector("body[data-ready]")
  return page
}

/** Presses a button and waits until all that follows is shown. */
async function press(page: Page, button: string): Promise<string> {
  const notice = page.locator("#notice")
  const step = Number((await notice.getAttribute("data-step")) ?? 0)
  await page.locator(`#${button}`).click()
  await page.locator(`#notice[data-step="${step + 1}"]`).waitFor()
  return (await notice.textContent()) ?? ""
}
const rows = (page: Page, list: string): Promise<string[]> => page.locator(`#${list} li`).allTextContents()

test("a page sends, lists, edits with a conflict and deletes, without a key and without a complaint", async () => {
  const [first, second] = [await open(), await open()]
  expect(await first.title()).toBe("self-hosted, workflows: true")

  expect(await press(first, "send")).toBe("sent 1")
  expect(await rows(first, "events")).toEqual(["shop/order.paid"])
  expect(inngest.sent().map(({ name, data }) => [name, data])).toEqual([["shop/order.paid", { id: 7 }]])

  expect(await press(first, "save")).toBe("saved")
  expect(await rows(first, "workflows")).toEqual(["order/7 ü running"])
  expect(await press(second, "open")).toBe("running")
  expect(await press(first, "save")).toBe("saved")
  expect(await press(second, "save")).toBe("somebody was faster")
  expect(await press(second, "open")).toBe("completed")
  expect(await press(second, "save")).toBe("saved")

  expect(await press(second, "delete")).toBe("deleted")
  expect(await rows(second, "workflows")).toEqual([])
  expect(await press(first, "open")).toBe("absent")
  expect(inngest.workflows.get("order/7 ü")).toBeNull()

  const failed = /Failed to load resource/
  expect(complaints.filter((complaint) => !failed.test(complaint))).toEqual([])
}, 60_000)

test("is told what it may not do, and that something failed, but not why", async () => {
  const page = await open()
  expect(await press(page, "forbidden")).toMatch(/^PermissionError: .* missing permission: events\.send:admin\/purge$/)
  expect(inngest.sent("admin/purge")).toEqual([])
  expect(await press(page, "failing")).toMatch(/^ServerError: .*502.*the server behind the gateway failed$/)
  expect(errors.some((error) => String(error).includes("upstream-words-of-its-own"))).toBe(true)
  expect(String(errors)).not.toContain(signingKey)
}, 60_000)

test("every change was made by the one who is signed in", () => {
  const changes = audit.filter(({ method, outcome }) => method !== "GET" && outcome === "done")
  expect([...new Set(changes.map(({ who }) => who))]).toEqual(["ann"])
  expect([...new Set(changes.map(({ permission }) => permission))].toSorted()).toEqual([
    "events.send",
    "workflows.delete",
    "workflows.save",
  ])
})

test("a page of another site changes nothing and reads nothing, though the browser sends the session along", async () => {
  const { length } = inngest.sent()
  const page = await context.newPage()
  await page.goto(foreign.url ?? "")
  const target = new URL("/api/inngest/e/k", site.url).href
  const fetched = await page.evaluate(async (url) => {
    const body = '{"name":"shop/order.paid"}'
    const sent = await fetch(url, { method: "POST", body, mode: "no-cors", credentials: "include" }).then(
      ({ type }) => type,
      String,
    )
    const preflighted = await fetch(url, { method: "POST", body, headers: { "x-inngest-gateway": "1" } }).then(
      ({ status }) => status,
      () => "refused",
    )
    const read = await fetch(url.replace("/e/k", "/v1/events"), { credentials: "include" }).then(
      ({ status }) => status,
      () => "refused",
    )
    return { sent, preflighted, read }
  }, target)
  expect(fetched).toMatchObject({ preflighted: "refused", read: "refused" })
  await page.setContent(
    `<form method="post" enctype="text/plain" action="${target}"><input name='{"name":"shop/order.paid","v":"' value='"}'></form>`,
  )
  await Promise.all([page.waitForNavigation(), page.evaluate(() => document.forms[0]?.submit())])
  expect(await page.textContent("body")).toContain("a page of another origin can't change anything here")
  expect(inngest.sent()).toHaveLength(length)
  expect(audit.filter(({ outcome }) => outcome === "cross-site").length).toBeGreaterThanOrEqual(2)
}, 60_000)

test("no byte, header or source map that reached the page holds a key or a word of the server's own", async () => {
  const page = await open()
  // Developer tools load what the scripts name.
  const maps = readdirSync(outDir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".map"))
  expect(maps).not.toEqual([])
  for (const name of maps) {
    const text = await page.evaluate(async (url) => (await fetch(url)).text(), `/${name}`)
    expect(text).toContain("sourcesContent")
    reached.push(text)
  }
  reached.push(await page.content(), await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }])))
  const gatewayAnswers = reached.filter((text) => text.includes("/api/inngest/"))
  expect(gatewayAnswers.length).toBeGreaterThan(20)
  const found = (texts: readonly string[]): string[] => secrets.filter((secret) => texts.join("\n").includes(secret))
  expect(found([...reached, ...complaints])).toEqual([])
  expect(found(asked)).toEqual([])
  expect(found([JSON.stringify(audit)])).toEqual([])
  // The search finds what is there.
  expect(found([...reached, `x ${signingKey}`])).toEqual([signingKey])
  expect(reached.some((text) => text.includes("order/7 ü"))).toBe(true)
}, 60_000)
