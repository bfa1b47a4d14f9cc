// The life of a gateway on a port, in whichever runtime and host this is run with. Prints what came out of it. Run by hosts.test.ts.
import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import process from "node:process"
import { type AuditEntry, createGateway } from "../../src/gateway/index.ts"
import { createClient, isPermissionError, isRevisionConflictError } from "../../src/index.ts"
import { memoryStore } from "../../src/store/index.ts"
import { everything, keys } from "./page.ts"
import type { StartHost } from "./hosts/host.ts"

const [, , hostName = ""] = process.argv
const { start } = (await import(`./hosts/${hostName}.ts`)) as { start: StartHost }

/** A server that knows three paths, hangs on one, and leaks on all others. */
const asked: string[] = []
const hung = Promise.withResolvers<void>()
const left = Promise.withResolvers<void>()
const server = createServer((request, response) => {
  asked.push(`${request.method} ${(request.url ?? "").replace(keys.eventKey, "KEY").replace(/\?.*/, "")}`)
  if (request.url === `/e/${keys.eventKey}`) return response.end('{"ids":["01M80QVQQSZJ5WGK4BNHR1SX0Q"],"status":200}')
  if (/^\/v1\/events(?:\?|$)/.test(request.url ?? "")) return response.end('{"data":[],"metadata":{}}')
  if (request.url?.startsWith("/v2/runs/hang")) {
    hung.resolve()
    return response.on("close", () => left.resolve())
  }
  response.writeHead(500, { "x-leak": keys.signingKey, "set-cookie": "upstream=1", server: "upstream" })
  return response.end(`upstream words ${keys.eventKey} ${request.headers.authorization ?? ""}`)
})
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))

const audit: AuditEntry[] = []
const gateway = createGateway({
  client: createClient({
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    retry: { attempts: 1 },
    ...keys,
  }),
  store: memoryStore(),
  authorize: (request) => (request.headers.get("cookie") === "session=ann" ? "ann" : false),
  allow: ["events.send:shop/*", ...everything.filter((each) => each !== "events.send")],
  maxRequestBytes: 1_000_000,
  audit: (entry) => void audit.push(entry),
})
const host = await start(gateway)
const url = `http://127.0.0.1:${host.port}/api/inngest`
const headers = { cookie: "session=ann", origin: new URL(url).origin }
const page = createClient({ baseURL: url, headers, retry: { attempts: 1 } })

/** Everything that comes back for these bytes. */
function raw(target: string, method = "GET", more = ""): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(host.port, "127.0.0.1")
    let text = ""
    socket.setEncoding("latin1")
    socket.on("data", (chunk: string) => (text += chunk))
    socket.on("error", () => {})
    socket.on("close", () => resolve(text))
    const head = `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nCookie: session=ann\r\nConnection: close\r\n`
    socket.write(`${head}${more || "\r\n"}`, "latin1")
  })
}
const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)

const { ids } = await page.send({ name: "shop/paid", data: { id: 7 } })
const listed = (await page.events.list()).data.length
const { revision } = await page.workflows.save({ workflowId: "a/b c", status: "running" })
await page.workflows.save({ workflowId: "a/b c", status: "completed" }, { ifRevision: revision })
const conflict = await page.workflows
  .save({ workflowId: "a/b c", status: "failed" }, { ifRevision: revision })
  .catch(isRevisionConflictError)
const states = (await page.workflows.list()).data.map(({ status }) => status)
await page.workflows.delete("a/b c")
const gone = await page.workflows.load("a/b c")
const refused = await page.send({ name: "admin/purge" }).catch(isPermissionError)

const plain = async (method: string, path: string, init: RequestInit = {}): Promise<number> => {
  const answer = await fetch(`${url}${path}`, { method, headers, ...init })
  await answer.arrayBuffer()
  return answer.status
}
const noSession = await plain("GET", "/v1/events", { headers: {} })
const crossSite = await plain("POST", "/e/k", {
  headers: { cookie: "session=ann", origin: "https://evil.test" },
  body: '{"name":"shop/paid"}',
})
const noOrigin = await plain("POST", "/e/k", { headers: { cookie: "session=ann" }, body: '{"name":"shop/paid"}' })
const head = await plain("HEAD", "/v1/events")
const options = await plain("OPTIONS", "/v1/events")
const tooLarge = await plain("POST", "/e/k", { body: "x".repeat(1_000_001) }).catch(() => 413)
const chunk = "x".repeat(100_000)
const chunks = Array.from({ length: 12 }, () => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("")
const chunked = statusOf(
  await raw(
    "/api/inngest/e/k",
    "POST",
    `Origin: http://127.0.0.1:${host.port}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
  ),
)

const controller = new AbortController()
const hanging = page.runs.get("hang", { signal: controller.signal }).catch(() => "aborted")
await hung.promise
controller.abort()
await Promise.all([hanging, left.promise])

const before = asked.length
const tricks = [
  "//api/inngest/v1/events",
  "/api/inngest//v1/events",
  "/api/inngest/v1/../v1/events",
  "/api/inngest/v1/%2e%2e/v1/events",
  "/api/inngest/v1/%2e%2e%2fv2%2fkeys%2fsigning",
  "/api/inngest/v1/runs/..%2f..%2fv2%2fkeys%2fsigning",
  "/api/inngest/v1/runs/%2e%2e%2f%2e%2e%2fv2%2fkeys%2fsigning",
  "/api/inngest/v1/runs/..;/v2/keys/signing",
  "/api/inngest/v1/runs/..%5c..%5cv2",
  "/api/inngest/v1/runs\\..\\..\\v2\\keys\\signing",
  "/api/inngest/v2/runs/a%3fb",
  "/api/inngest/v2/runs/a%23b",
  "/api/inngest/v2/runs/%252e%252e",
  "/api/inngest/v2/runs/%00",
  "/api/inngest/v2/runs/%ff",
  "/api/inngest/v2/runs/%zz",
  "/api/inngest/v2/keys/signing",
  "/api/inngest/v0/gql?query={apps{id}}",
  "/api/inngest/api/v2/keys/signing",
  "/api/inngest/e/k/extra",
  "/api/inngest/V1/events",
  "http://127.0.0.1:1/api/inngest/v2/keys/signing",
]
const tricked = await Promise.all(tricks.map((target) => raw(target)))
const override = await raw(
  "/api/inngest/v1/workflows/w",
  "POST",
  `Origin: http://127.0.0.1:${host.port}\r\nX-HTTP-Method-Override: DELETE\r\nContent-Length: 0\r\n\r\n`,
)
const smuggled = await raw(
  "/api/inngest/e/k",
  "POST",
  `Origin: http://127.0.0.1:${host.port}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/inngest/v1/events HTTP/1.1\r\n\r\n`,
)
const leaky = await raw("/api/inngest/v2/runs/x")
const shown = [...tricked, override, smuggled, leaky].join("\n")

const result = {
  ids,
  listed,
  conflict,
  states,
  gone,
  refused,
  statuses: {
    noSession,
    crossSite,
    noOrigin,
    head,
    options,
    tooLarge,
    chunked,
    override: statusOf(override),
    leaky: statusOf(leaky),
  },
  astray: tricks.filter((target, index) => {
    const status = statusOf(tricked[index] ?? "")
    // Runtimes resolve some to the list of events, which this page may read; a raw `\\` ends some connections.
    return status >= 500 || (status > 0 && status < 400 && !target.endsWith("events"))
  }),
  // The one that a runtime resolves to a path of a gateway is as good as that path.
  askedByTricks: [...new Set(asked.slice(before))].filter(
    (line) => line !== "GET /v1/events" && line !== "GET /v2/runs/x",
  ),
  leaks: /unique|a1b2c3d4e5f6|upstream|x-leak/i.test(shown),
  who: [...new Set(audit.map(({ who }) => who))],
  unhappy: audit.filter(({ status }) => status === 500).length,
}
await host.close()
server.closeAllConnections()
server.close()
console.log(JSON.stringify(result))
process.exit(0)
