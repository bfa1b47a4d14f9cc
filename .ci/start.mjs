// `npm start`: installs and builds what is missing, then becomes `inngest-repl`.
// Runs on Node 18 with nothing installed. Until the shell starts, stdout stays empty and stdin unread: both are its own.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { ensureBuilt } from "./build.mjs"
import { ensureInstalled, fail, node, runInPlace } from "./install.mjs"
import { root } from "./lock.mjs"

const start = async () => {
  await ensureInstalled()
  await ensureBuilt()
  const bin = join(root, "dist", "cli", "main.mjs")
  // npm goes to the clone's folder; `@file` arguments are meant from where the user stands.
  const from = process.env["INIT_CWD"] ?? ""
  process.exitCode = await runInPlace(node, [bin, ...process.argv.slice(2)], {
    cwd: existsSync(from) ? from : process.cwd(),
  })
}

await start().catch(fail)
