import { defineConfig } from "@playwright/test"

export default defineConfig({
  testMatch: "*.test.ts",
  workers: 1,
  reporter: "line",
  use: {
    launchOptions: {
      executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
      args: process.getuid?.() === 0 ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
    },
  },
})
