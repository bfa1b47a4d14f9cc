// The suites that ask the packed tarball, not src/: `portable` imports it by name in every runtime, `tarball` looks into
// it and installs it. test.mjs unpacks it and says in KIT_PACKED where.
import { playwright } from "@vitest/browser-playwright"
import { defineConfig } from "vitest/config"
import { chromiumFlags, findChromium } from "./chromium.mjs"
import { root } from "./lock.mjs"

const packed = process.env["KIT_PACKED"]
if (packed === undefined)
  throw new Error("KIT_PACKED is not set: run `npm test -- --only portable,browser,deno,tarball`.")

const runtime = "Deno" in globalThis ? "deno" : "node"

export default defineConfig({
  root: packed,
  // A cache of its own: the same suite starts in Node, Deno and Chromium at once.
  cacheDir: `.vite-${process.pid}`,
  test: {
    projects: [
      {
        extends: true,
        test: { name: "portable", include: ["portable/**/*.test.ts"], env: { KIT_RUNTIME: runtime } },
      },
      {
        extends: true,
        // Found while a test runs, a package would be bundled then and the page reloaded in the middle of the suite.
        optimizeDeps: { include: ["inngest-kit", "inngest-kit/events", "inngest-kit/store", "inngest-kit/mocks"] },
        test: {
          name: "browser",
          include: ["portable/**/*.test.ts"],
          env: { KIT_RUNTIME: "browser" },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium() ?? "chromium", args: chromiumFlags },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        test: {
          name: "tarball",
          root,
          include: ["test/runtimes/tarball/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
