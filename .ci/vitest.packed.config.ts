// The suites that ask the packed tarball, not src/: `portable` imports it by name in every runtime, `tarball` looks into
// it and installs it. test.mjs unpacks it and says in KIT_PACKED where.
import { dirname } from "node:path"
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
        test: {
          name: "portable",
          include: ["portable/**/*.test.ts"],
          env: { KIT_RUNTIME: runtime },
          testTimeout: 60_000, // for slow machines
        },
      },
      {
        extends: true,
        // Found while a test runs, a package would be bundled then and the page reloaded in the middle of the suite.
        optimizeDeps: {
          include: [
            "inngest-kit",
            "inngest-kit/events",
            "inngest-kit/store",
            "inngest-kit/store/unstorage",
            "inngest-kit/mocks",
            "unstorage",
            "unstorage/drivers/memory",
            "unstorage/drivers/indexedb",
            "unstorage/drivers/localstorage",
          ],
        },
        // The suite for stores lies beside the folder of the tarball.
        server: { fs: { allow: [dirname(packed)] } },
        test: {
          name: "browser",
          include: ["{portable,page}/**/*.test.ts"],
          exclude: ["**/*.server.test.ts"],
          env: { KIT_RUNTIME: "browser" },
          testTimeout: 60_000,
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
      // Needs workerd, which has a lock of its own.
      { test: { name: "workers", root, include: ["test/runtimes/workers/*.test.ts"], testTimeout: 60_000 } },
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
