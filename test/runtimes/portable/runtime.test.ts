// A suite that silently ran in Node would be counted for Deno or Chromium: the runner says in KIT_RUNTIME what it is.
import { expect, test } from "vitest"

// Spelled out, since Vite replaces `import.meta.env` by its text. Without Vite it is the process that knows.
const told = (import.meta as { env?: Record<string, string> }).env?.["KIT_RUNTIME"]
const counted = told ?? process.env["KIT_RUNTIME"]

const signs = { deno: "Deno" in globalThis, bun: "Bun" in globalThis, browser: "document" in globalThis }

test("runs in the runtime that it is counted for", () => {
  const found = Object.entries(signs).filter(([, isThere]) => isThere)
  expect(found.map(([name]) => name)).toEqual(counted === "node" ? [] : [counted])
})
