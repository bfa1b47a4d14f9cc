// A process that shares a data directory with others and sends events, each until it is acknowledged. Run by shared-directory.test.ts.
import { writeSync } from "node:fs"
import process from "node:process"
import { openDataDirectory } from "../../mocks/server.ts"
import { encodeBase64 } from "../../src/shared/base64.ts"
import { systemRandom } from "../../src/shared/random.ts"

const [, , dataDir = "", label = "", count = "0"] = process.argv
const say = (line: string): void => void writeSync(1, `${line}\n`)
const open = () => openDataDirectory(dataDir, { port: 0 })

let opened = await open()
say(`opened ${opened.role} ${process.pid}`)

for (let number = 0; number < Number(count); number++) {
  const seed = `${Date.now()},${encodeBase64(systemRandom.bytes(10))}`
  const init = {
    method: "POST",
    headers: { "x-inngest-event-id-seed": seed },
    body: JSON.stringify({ name: `from/${label}`, data: { number } }),
  }
  for (let id: string | undefined; id === undefined;) {
    try {
      const answer =
        opened.role === "owner" ? await opened.fetch("/e/key", init) : await fetch(`${opened.url}/e/key`, init)
      if (answer.status === 200) id = ((await answer.json()) as { ids: string[] }).ids[0]
      if (id !== undefined) say(`acknowledged ${id}`)
      else opened = await open()
    } catch {
      // The owner is gone. The next one to open the directory becomes it.
      opened = await open()
    }
  }
}

// A session stays until it is told to go, or is killed.
if (label === "session") await new Promise((resolve) => process.stdin.once("end", resolve).resume())
if (opened.role === "owner") await opened.close()
say("done")
process.exit()
