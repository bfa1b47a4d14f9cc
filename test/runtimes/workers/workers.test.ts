// The packed package in workerd, the runtime of Cloudflare Workers, called by our server over HTTP.
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { build } from "esbuild"
import { afterAll, beforeAll, expect, test } from "vitest"
import { lockedFolder } from "../../../.ci/locked-folder.mjs"
import { type InngestServer, listen } from "../../../mocks/server.ts"
import { type ClientOptions, createClient } from "../../../src/index.ts"

const eventKey = "evt-key"
const serverKey = "0123456789abcdef0123456789abcdef"
const signingKey = `signkey-test-${serverKey}`
const folder = mkdtempSync(join(tmpdir(), "kit-workers-"))
const servers: InngestServer[] = []
let workerd: ChildProcess | undefined
/** Of the workers, by the name of their socket. */
const ports = new Map<string, number>()

beforeAll(async () => {
  servers.push(await listen({ port: 0 }), await listen({ port: 0, eventKey, signingKey: serverKey }))
  await build({
    // Found from the packed package; where the file lies the name means the repository.
    stdin: {
      contents: readFileSync(join(import.meta.dirname, "app.ts"), "utf8"),
      resolveDir: process.env["KIT_PACKED"] ?? "",
      loader: "ts",
    },
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "error",
  })
  const [dev, keyed] = servers.map(({ url }) => ({ SERVER_URL: url }))
  writeFileSync(
    join(folder, "config.capnp"),
    configOf({ dev: { ...dev }, keyed: { ...keyed, EVENT_KEY: eventKey, SIGNING_KEY: signingKey } }),
  )
  workerd = spawn(findWorkerd(), ["serve", join(folder, "config.capnp"), "--control-fd=3"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  })
  const control = workerd.stdio[3]
  if (control === null || control === undefined || !("read" in control)) throw new Error("workerd has no control pipe")
  for await (const line of createInterface({ input: control })) {
    const { event, socket, port } = JSON.parse(line) as { event: string; socket: string; port: number }
    if (event === "listen") ports.set(socket, port)
    if (ports.size === 2) break
  }
}, 60_000)

afterAll(async () => {
  workerd?.kill()
  for (const server of servers) await server.close()
  rmSync(folder, { recursive: true, force: true })
})

test.each([
  ["a dev server", "dev", 0, {}],
  ["a server with keys, by signed calls and answers", "keyed", 1, { eventKey, signingKey }],
] satisfies [string, string, number, ClientOptions][])(
  "functions run in a worker for %s",
  async (_what, name, at, given) => {
    const server = servers[at]
    if (server === undefined) throw new Error("no server")
    const url = `http://127.0.0.1:${ports.get(name)}/api/inngest`
    const client = createClient({ baseURL: server.url, ...given })
    const synced = await fetch(url, { method: "PUT" })
    expect([synced.status, await synced.json()]).toEqual([200, { message: "Successfully registered", modified: true }])

    const { ids } = await client.send({ name: "shop/signed.up", data: { email: "ann@shop.test" } })
    const { data } = await client.events.runs(ids[0] ?? "")
    const run = await client.runs.wait(data[0]?.id ?? "", { timeout: "20s" })
    expect(run).toMatchObject({ status: "completed", output: "ann@shop.test by Cloudflare-Workers" })
    expect(server.sent("shop/welcomed")).toMatchObject([{ data: { to: "ann@shop.test" } }])
    // Nobody else may call it.
    const unsigned = await fetch(`${url}?fnId=worker-welcome&stepId=step`, { method: "POST", body: "{}" })
    expect(unsigned.status).toBe(name === "keyed" ? 401 : 500)
  },
)

/** The one of this machine, which npm chose. */
function findWorkerd(): string {
  const packages = join(lockedFolder("runtimes/workers/workerd"), "node_modules", "@cloudflare")
  const [name = ""] = readdirSync(packages)
  return join(packages, name, "bin", process.platform === "win32" ? "workerd.exe" : "workerd")
}

/** Cap'n Proto: one worker for each set of variables, each on a port of its own. */
function configOf(workers: Record<string, Record<string, string>>): string {
  const names = Object.keys(workers)
  const services = Object.entries(workers).map(([name, variables]) => {
    const bindings = Object.entries(variables).map(([key, text]) => `(name = "${key}", text = "${text}")`)
    return `(name = "${name}", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-11-01",
      bindings = [${bindings.join(", ")}]))`
  })
  const sockets = names.map((name) => `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")`)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(", ")}, (name = "internet", network = (allow = ["public", "private", "local"]))],
  sockets = [${sockets.join(", ")}]
);
`
}
