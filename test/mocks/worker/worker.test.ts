// In Chromium, with the worker script of either major of msw.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import { type Browser, chromium } from "playwright"
import { serve } from "srvx"
import { afterAll, beforeAll, expect, test } from "vitest"

let browser: Browser

beforeAll(async () => {
  const { chromiumFlags, findChromium } = (await import(
    /* @vite-ignore */ join(process.cwd(), ".ci/chromium.mjs")
  )) as { chromiumFlags: string[]; findChromium: () => string | undefined }
  browser = await chromium.launch({ executablePath: findChromium() ?? "chromium", args: chromiumFlags })
})
afterAll(() => browser.close())

test.each([
  ["2", "msw"],
  ["3", "msw3"],
])(
  "a page's requests reach the mock by the worker of msw %s",
  async (_, msw) => {
    const { outputFiles } = await build({
      entryPoints: ["test/mocks/worker/page.ts"],
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      alias: { msw },
      logLevel: "error",
    })
    const files: Record<string, [type: string, text: string]> = {
      "/": [
        "text/html",
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
      ],
      "/page.js": ["text/javascript", outputFiles[0]?.text ?? ""],
      "/mockServiceWorker.js": [
        "text/javascript",
        readFileSync(`node_modules/${msw}/lib/mockServiceWorker.js`, "utf8"),
      ],
    }
    const site = serve({
      port: 0,
      hostname: "127.0.0.1",
      silent: true,
      fetch: ({ url }) => {
        const [type, text] = files[new URL(url).pathname] ?? ["text/plain", ""]
        return new Response(text, { status: text === "" ? 404 : 200, headers: { "content-type": type } })
      },
    })
    await site.ready()
    const page = await browser.newPage()
    const said: string[] = []
    page.on("console", (message) => said.push(message.text()))
    try {
      await page.goto(site.url ?? "")
      await page.waitForFunction("globalThis.story !== undefined")
      expect(await page.evaluate("story()")).toEqual({
        statuses: [200, 200, 503, expect.stringContaining("TypeError")],
        cut: "broken",
        status: ["running", 204, "completed"],
        sent: 3,
        waited: { id: 7 },
        failures: ["none", "none", "status", "reset", "truncated", "none", "none"],
        elsewhere: expect.stringContaining("TypeError"),
        asset: 200,
        left: 0,
      })
      expect(said.join("\n")).toContain('Add it: createInngestMock({ origins: ["https://eu.inn.gs"] })')
    } finally {
      await page.close()
      await site.close(true)
    }
  },
  60_000,
)
