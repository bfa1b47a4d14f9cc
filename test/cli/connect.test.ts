import { existsSync } from "node:fs"
import { join } from "node:path"
import { serve } from "srvx"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { describeSession } from "../../cli/banner.ts"
import { noConfig } from "../../cli/config/config.ts"
import { type Profile, resolveProfile } from "../../cli/config/profile.ts"
import { connect } from "../../cli/connect.ts"
import { explainGone } from "../../cli/gone-server.ts"
import { type SessionOptions, createSession } from "../../cli/session.ts"
import { listen, openDataDirectory } from "../../mocks/server.ts"
import { freePort, startDouble, startServer, startStockServer } from "./support/servers.ts"
import { directoriesIn, makeDirectory } from "./support/shell.ts"

const unnamed = { kind: "default" } as const

/** As if the data directory was not named: then others are looked for. */
function options(usualURL: string, changes: Partial<SessionOptions> = {}): SessionOptions {
  const directories = { ...directoriesIn(makeDirectory()), source: undefined }
  return { directories, isEphemeral: false, isListening: false, usualURL, env: {}, ...changes }
}

function profileOf(env: Record<string, string>, url?: string): Promise<Profile> {
  return resolveProfile({ url }, env, { user: noConfig, project: noConfig })
}

async function nowhere(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`
}

describe("when no server was named", () => {
  test("it is an own one where nothing else runs; a single command needs no port", async () => {
    const connection = await connect(unnamed, options(await nowhere()))
    onTestFinished(() => connection.close())
    expect(connection).toMatchObject({ kind: "own", storage: "disk", isListening: false })
    expect((await connection.fetch(`${connection.url}/health`, {})).status).toBe(200)
  })

  test("a session's own one listens", async () => {
    const connection = await connect(unnamed, options(await nowhere(), { isListening: true }))
    onTestFinished(() => connection.close())
    expect((await fetch(`${connection.url}/health`)).status).toBe(200)
  })

  test("it is the one that listens where Inngest does, and our data are not touched", async () => {
    for (const url of [await startStockServer(), await startServer()]) {
      const given = options(url)
      expect(await connect(unnamed, given)).toMatchObject({ kind: "found", url })
      expect(existsSync(join(given.directories.data, "owner.json"))).toBe(false)
    }
  })

  test("and when that one is gone, nothing goes anywhere else, and what to do is said", async () => {
    const server = await listen({ port: 0 })
    const given = options(server.url)
    const session = createSession(await profileOf({}), given)
    const client = await session.client()
    await client.send({ name: "a/b" })
    await server.close()
    const error: unknown = await client.send({ name: "a/b" }).catch((reason: unknown) => reason)
    expect(await explainGone(error, session)).toMatchObject({
      kind: "unreachable",
      message: `nothing listens on ${server.url} any more, where a server was found`,
    })
    const named = createSession(await profileOf({}, server.url), given)
    expect(await explainGone(error, named)).toMatchObject({
      kind: "unreachable",
      message: `nothing listens on ${server.url} (from --url)`,
    })
    const other = new Error("other")
    expect(await explainGone(other, session)).toBe(other)
    expect(existsSync(join(given.directories.data, "owner.json"))).toBe(false)
  })

  test("what listens there and is no Inngest does not count", async () => {
    const url = await startDouble(() => new Response("hello"))
    const connection = await connect(unnamed, options(url))
    onTestFinished(() => connection.close())
    expect(connection.kind).toBe("own")
  })

  test("another shell that has our data comes first", async () => {
    const given = options(await startStockServer())
    const owner = await openDataDirectory(given.directories.data, { port: 0 })
    if (owner.role !== "owner") throw new Error("somebody else was there")
    onTestFinished(() => owner.close())
    expect(await connect(unnamed, given)).toMatchObject({ kind: "shared", url: owner.url })
  })

  test("when that shell ends, its data are gone on with, whatever listens where it did or where Inngest does", async () => {
    const other: string[] = []
    const stranger = (request: Request): Response => {
      other.push(`${request.method} ${new URL(request.url).pathname}`)
      return Response.json({ version: "1.2.3" })
    }
    let nowMs = performance.now()
    vi.spyOn(performance, "now").mockImplementation(() => nowMs)
    onTestFinished(() => void vi.restoreAllMocks())
    const given = options(await startDouble(stranger))
    const owner = await openDataDirectory(given.directories.data, { port: 0 })
    if (owner.role !== "owner") throw new Error("somebody else was there")
    const session = createSession(await profileOf({}), given)
    onTestFinished(() => session.close())
    const client = await session.client()
    const { ids } = await client.send({ name: "a/b" })
    await owner.close()
    const taken = serve({ port: new URL(owner.url ?? "").port, hostname: "127.0.0.1", silent: true, fetch: stranger })
    await taken.ready()
    onTestFinished(() => taken.close(true))
    other.length = 0
    nowMs += 60_000
    expect((await client.events.get(ids[0] ?? ""))?.name).toBe("a/b")
    expect((await session.connect()).kind).toBe("own")
    // It may have been asked whether it is that shell.
    expect(other.filter((request) => request !== "GET /health")).toEqual([])
  })

  test("a data directory that was named is what is wanted, whatever else listens", async () => {
    const given = options(await startServer())
    const directories = { ...given.directories, source: "INNGEST_REPL_STATE_DIR" } as const
    const connection = await connect(unnamed, { ...given, directories })
    onTestFinished(() => connection.close())
    expect(connection.kind).toBe("own")
  })

  test("--ephemeral is an own one in memory, and no data directory is made", async () => {
    const given = options(await startServer(), { isEphemeral: true })
    const connection = await connect(unnamed, given)
    onTestFinished(() => connection.close())
    expect(connection).toMatchObject({ kind: "own", storage: "memory" })
    expect(existsSync(given.directories.data)).toBe(false)
  })
})

test("events and the API can be at two places", async () => {
  const seen: string[] = []
  const record = (name: string) => (request: Request) => {
    seen.push(`${name} ${new URL(request.url).pathname}`)
    return Response.json({})
  }
  const [eventURL, apiURL] = await Promise.all([startDouble(record("event")), startDouble(record("api"))])
  const connection = await connect(
    { kind: "named", apiURL, eventURL, apiSource: "x", eventSource: "x" },
    options(apiURL),
  )
  await connection.fetch(`${apiURL}/e/key`, { method: "POST" })
  await connection.fetch(`${apiURL}/v1/events`, {})
  expect(seen).toEqual(["event /e/key", "api /v1/events"])
})

describe("the banner", () => {
  test.each([
    [
      startServer,
      /^inngest-repl [\d.]+ · embedded [\d.]+, (\S+) \(from --url\) · state: the server's · help, Ctrl-D to leave$/,
    ],
    [
      startStockServer,
      /^inngest-repl [\d.]+ · dev 1\.2\.3, (\S+) \(from --url\) · state: none, this server keeps no workflow state · help/,
    ],
  ])("says what a named server is and where state goes", async (start, expected) => {
    const apiURL = await start()
    const session = createSession(await profileOf({}, apiURL), options(apiURL))
    expect((await describeSession(session)).match(expected)?.[1]).toBe(apiURL)
  })

  test("says that the embedded server is embedded, and where its data are", async () => {
    const session = createSession(await profileOf({}), options(await nowhere(), { isListening: true }))
    onTestFinished(() => session.close())
    expect(await describeSession(session)).toMatch(/ · dev · embedded, http:\/\/\S+ · state: its own, on disk · /)
  })

  test("says that a server was found, which nobody named", async () => {
    const url = await startStockServer()
    const session = createSession(await profileOf({}), options(url))
    expect(await describeSession(session)).toContain(` · dev · found dev 1.2.3 on ${url} · state: none, `)
  })

  test("is an error for a named URL where nothing is", async () => {
    const apiURL = await nowhere()
    const session = createSession(await profileOf({ INNGEST_DEV: apiURL }), options(apiURL))
    await expect(describeSession(session)).rejects.toMatchObject({ kind: "unreachable" })
  })
})
