// The suites that run from source. The suites of the packed tarball are in vitest.packed.config.ts.
import { playwright } from "@vitest/browser-playwright"
import { defineConfig } from "vitest/config"
import { chromiumFlags, findChromium } from "./chromium.mjs"
import { root } from "./lock.mjs"

const inBrowser = "{test,playground}/**/*.browser.test.ts"

export default defineConfig({
  root,
  cacheDir: ".cache/vite",
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/runtimes/{portable,tarball}/**", inBrowser],
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: [inBrowser],
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
    ],
  },
})
