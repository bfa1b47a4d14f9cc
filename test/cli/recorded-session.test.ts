// The session of the README's picture, typed once more: when this fails, what the shell shows has changed, and `npm run record` takes a new one.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { serve as listenTo } from "srvx"
import { describe, expect, onTestFinished, test } from "vitest"
import { columns, createFunctions, editor, preparation, steps } from "../../.ci/session.mjs"
import { listen } from "../../mocks/server.ts"
import { createFunction, eventTrigger, serve } from "../../src/functions/index.ts"
import { createClient } from "../../src/index.ts"
import { complete } from "./support/complete.ts"
import { hasPython, startTerminal } from "./support/pseudo-terminal.ts"
import { makeDirectory, runCli } from "./support/shell.ts"

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url))
const cache = fileURLToPath(new URL("../../.cache", import.meta.url))

describe.skipIf(!hasPython)("on a terminal (skipped where there is no python3 to make one)", () => {
  test("somebody who knows nothing sends an event, sees its run, puts a stuck workflow right and undoes that", async () => {
    const server = await listen({ port: 0 })
    onTestFinished(() => server.close())
    const client = createClient({ appId: "shop", baseURL: server.url })
    const app = listenTo({
      port: 0,
      hostname: "127.0.0.1",
      silent: true,
      gracefulShutdown: false,
      fetch: serve({ client, functions: createFunctions({ createFunction, eventTrigger }) }),
    })
    await app.ready()
    onTestFinished(() => app.close(true))
    await client.apps.sync(`${app.url ?? ""}api/inngest`)
    expect((await runCli([...preparation, "--url", server.url])).code).toBe(0)

    const state = makeDirectory()
    const config = join(state, "config.json")
    writeFileSync(config, JSON.stringify({ profiles: { dev: { url: server.url } } }))
    const terminal = startTerminal([process.execPath, main], {
      TERMINAL_COLUMNS: String(columns),
      HOME: state,
      INNGEST_REPL_STATE_DIR: state,
      INNGEST_REPL_CONFIG: config,
      XDG_CACHE_HOME: cache,
      NODE_NO_WARNINGS: "1",
      EDITOR: editor,
    })
    await terminal.see("dev ❯ ")
    for (const { type, see, isForPicture } of steps) {
      if (isForPicture === true) continue
      if (type.endsWith("\t")) await complete(terminal, type.slice(0, -1), see)
      else {
        terminal.type(type)
        await terminal.see(see)
      }
    }
    terminal.type("exit\r")
    expect(await terminal.ended).toBe(0)
  })
})
