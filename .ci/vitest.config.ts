// The suites that run from source. The suites of the packed tarball are in vitest.packed.config.ts.
import { defineConfig } from "vitest/config"
import { root } from "./lock.mjs"

/** No test waits for time to pass; this is for slow machines. */
const patient = { testTimeout: 30_000, expect: { poll: { timeout: 20_000 } } }

export default defineConfig({
  root,
  cacheDir: ".cache/vite",
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          ...patient,
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/cli/**",
            "test/runtimes/{page,portable,tarball,workers}/**",
            "test/playground/**",
            "test/official-sdk/**",
            "test/mocks/worker/**",
            "test/consumers/**",
          ],
        },
      },
      { extends: true, test: { name: "shell", ...patient, include: ["test/cli/**/*.test.ts"] } },
      // Needs the official SDK, which has a lock of its own.
      {
        extends: true,
        test: { name: "official-sdk", include: ["test/official-sdk/**/*.test.ts"], testTimeout: 30_000 },
      },
      // Drives Chromium from Node: pages are opened as a person would.
      {
        extends: true,
        test: {
          name: "playground",
          include: ["test/{playground,mocks/worker}/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
    ],
  },
})
