// A server that was named, takes the connection and never says anything.
import { expect, onTestFinished, test } from "vitest"
import { noConfig } from "../../cli/config/config.ts"
import { resolveProfile } from "../../cli/config/profile.ts"
import { type Session, createSession } from "../../cli/session.ts"
import { startDouble } from "./support/servers.ts"
import { directoriesIn, makeDirectory, runCli } from "./support/shell.ts"

/** @param answersAt the request from which on it answers; by default none. */
async function startSilent(answersAt = Number.POSITIVE_INFINITY): Promise<{ url: string; asked: () => number }> {
  let asked = 0
  const url = await startDouble((request) => {
    if (++asked >= answersAt) return Response.json({ data: [] })
    return new Promise((resolve) => request.signal.addEventListener("abort", () => resolve(new Response())))
  })
  return { url, asked: () => asked }
}

async function sessionOn(url: string, patienceMs: number): Promise<Session> {
  const profile = await resolveProfile({ url }, {}, { user: noConfig, project: noConfig })
  const directories = directoriesIn(makeDirectory())
  const session = createSession(profile, { directories, isEphemeral: false, isListening: false, env: {}, patienceMs })
  onTestFinished(() => session.close())
  return session
}

/** What a command ends with that does this. */
async function endOf(
  session: Session,
  isTimed: boolean,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  const stop = new AbortController()
  const running = { stop: (error: unknown) => stop.abort(error), isTimed }
  return session.run(running, () => work(stop.signal)).catch((error: unknown) => error)
}

test("gets one chance, not one for each attempt, and the error names the setting and what to do", async () => {
  const { url, asked } = await startSilent()
  const session = await sessionOn(url, 200)
  const client = await session.client()
  expect(await endOf(session, false, async (signal) => await client.events.list({ signal }))).toMatchObject({
    kind: "timeout",
    message: `${url} (from --url) takes connections and says nothing`,
    hint: "Is it an Inngest? Wait longer by  --timeout 1m   or leave --url out to use the embedded server",
  })
  expect(await endOf(session, false, (signal) => client.send({ name: "a/b" }, { signal }))).toMatchObject({
    message: `${url} (from --url) takes connections and says nothing. What was sent may have been taken`,
  })
  expect(asked()).toBeLessThanOrEqual(2)
})

test("that has answered once is waited for as the client does", async () => {
  const { url, asked } = await startSilent(2)
  const session = await sessionOn(url, 200)
  const client = await session.client()
  const first = await endOf(session, false, async (signal) => await client.events.list({ signal }))
  expect(first).toMatchObject({ kind: "timeout" })
  expect(await endOf(session, false, async (signal) => await client.events.list({ signal }))).toEqual({ data: [] })
  expect([asked(), session.silent]).toEqual([2, undefined])
})

test("is waited for as long as --timeout says, and then named", async () => {
  const { url } = await startSilent()
  const session = await sessionOn(url, 10)
  const client = await session.client()
  const timeout = AbortSignal.timeout(100)
  const ended = await endOf(session, true, async () => await client.events.list({ signal: timeout }))
  expect(ended).toBe(timeout.reason)
  expect(session.silent).toMatchObject({ url, source: "--url" })
  expect(await runCli(["events", "--timeout", "50ms"], { env: { INNGEST_BASE_URL: url } })).toMatchObject({
    code: 124,
    err: `✗ not done within 50ms: ${url} (from INNGEST_BASE_URL) has said nothing. --timeout sets how long to wait\n`,
  })
})
