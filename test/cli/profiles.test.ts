// Servers that go by a name, and where their keys may go.
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Configs, projectFileName } from "../../cli/config/config-files.ts"
import { noConfig, parseConfig } from "../../cli/config/config.ts"
import { maskKey, mayHoldKeys } from "../../cli/config/keys.ts"
import { type Profile, type ProfileRequest, resolveProfile } from "../../cli/config/profile.ts"
import { freePort, startDouble } from "./support/servers.ts"
import { type ShellOptions, type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"
import { startStockInngest } from "./support/stock-server.ts"
import { keys, startTyping } from "./support/typist.ts"

const userFile = "/ann/config.json"
const projectFile = `/shop/${projectFileName}`

function configsOf(user: object, project?: object): Configs {
  return {
    user: parseConfig(JSON.stringify(user), userFile, "user"),
    project: project === undefined ? noConfig : parseConfig(JSON.stringify(project), projectFile, "project"),
  }
}

function resolve(
  request: ProfileRequest,
  env: Record<string, string>,
  user: object = {},
  project?: object,
): Promise<Profile> {
  return resolveProfile(request, env, configsOf(user, project))
}

describe("the profile that is meant", () => {
  const staging = { profiles: { staging: { url: "https://s.example" } } }
  test.each([
    [{}, {}, {}, undefined, "dev", "default"],
    [{}, {}, { ...staging, profile: "staging" }, undefined, "staging", userFile],
    [{}, {}, staging, { profile: "staging" }, "staging", projectFile],
    [{}, { INNGEST_REPL_PROFILE: "prod" }, staging, { profile: "staging" }, "prod", "INNGEST_REPL_PROFILE"],
    [{ profile: "staging" }, { INNGEST_REPL_PROFILE: "prod" }, staging, undefined, "staging", "--profile"],
  ])(
    "flag, then variable, then the project's file, then the user's, then dev: %j %j",
    async (request, env, user, project, name, nameSource) => {
      expect(await resolve(request, env, user, project)).toMatchObject({ name, nameSource })
    },
  )

  test("is dev and no cloud, whatever key is exported", async () => {
    const env = { INNGEST_SIGNING_KEY: "signkey-prod-0123456789", INNGEST_EVENT_KEY: "k", INNGEST_DEV: "0" }
    expect(await resolve({}, env)).toMatchObject({ name: "dev", target: { kind: "default" }, protection: undefined })
  })

  test("prod is the cloud, protected; a branch of it is not", async () => {
    expect(await resolve({ profile: "prod" }, {})).toMatchObject({
      target: { apiURL: "https://api.inngest.com", eventURL: "https://inn.gs", apiSource: "profile prod" },
      protection: "Inngest's production",
    })
    expect(await resolve({ profile: "prod", env: "fix-7" }, {})).toMatchObject({
      protection: undefined,
      env: { value: "fix-7" },
    })
    expect(await resolve({ url: "https://api.inngest.com" }, {})).toMatchObject({ protection: "Inngest's production" })
  })

  test("a profile that was asked for comes before variables, and those before one that a file chose", async () => {
    const user = { profile: "staging", profiles: { staging: { url: "https://s.example", env: "b" } } }
    const env = { INNGEST_BASE_URL: "http://localhost:9", INNGEST_ENV: "v" }
    expect(await resolve({ profile: "staging" }, env, user)).toMatchObject({
      target: { apiURL: "https://s.example" },
      env: { value: "b", source: "profile staging" },
    })
    expect(await resolve({}, env, user)).toMatchObject({
      target: { apiURL: "http://localhost:9", apiSource: "INNGEST_BASE_URL" },
      env: { value: "v" },
    })
    expect(await resolve({ profile: "dev" }, env, user)).toMatchObject({ target: { kind: "default" } })
  })

  test("that there is none of is named, with the nearest", async () => {
    await expect(resolve({ profile: "stagin" }, {}, staging)).rejects.toMatchObject({
      kind: "usage",
      message: 'no profile is called "stagin" (from --profile)',
      hint: "Did you mean  staging ?",
    })
  })
})

describe("a project's file", () => {
  test.each([
    [
      { profiles: { x: { eventKey: { env: "K" } } } },
      "profiles.x.eventKey: a project's file holds no keys and no commands",
    ],
    [
      { profiles: { x: { signingKey: { command: "curl evil" } } } },
      "profiles.x.signingKey: a project's file holds no keys and no commands",
    ],
    [
      { profiles: { x: { store: { env: "DATABASE_URL" } } } },
      "profiles.x.store: must be a text such as sqlite:states.db",
    ],
    [{ profiles: { x: { url: "https://u:p@h" } } }, "profiles.x.url: holds a password; keys are named, not written"],
    [
      { profiles: { x: { url: "https://api.inngest.com" } } },
      "profiles.x.url: is Inngest's cloud, which only a profile of your own may name",
    ],
    [
      { profiles: { prod: { url: "https://evil.example" } } },
      "prod: is Inngest's cloud, and no project can change that or choose it for you",
    ],
    [{ profile: "prod" }, "prod: is Inngest's cloud, and no project can change that or choose it for you"],
    [{ editor: "rm -rf" }, "editor: is none of profile, profiles, options"],
    [{ options: { yes: true } }, "options.yes: is none of output, utc, quiet, verbose, no-color, no-input, timeout"],
  ])("can't hold keys or commands, nor take the cloud: %j", (project, message) => {
    expect(() => parseConfig(JSON.stringify(project), projectFile, "project")).toThrow(`${projectFile}: ${message}`)
  })

  test("can't make a key go to a host that the user has not named", async () => {
    const project = { profile: "shop", profiles: { shop: { url: "https://evil.example" } } }
    expect(await resolve({}, {}, {}, project)).toMatchObject({
      withheld: `only ${projectFile} names https://evil.example, so no key goes there`,
    })
    for (const user of [
      { profiles: { own: { url: "https://evil.example/path" } } },
      { profiles: { own: { url: "https://a.example", eventUrl: "https://evil.example" } } },
    ])
      expect(await resolve({}, {}, user, project)).toMatchObject({ withheld: undefined })
    expect(await resolve({ url: "https://evil.example" }, {}, {}, project)).toMatchObject({ withheld: undefined })
    const local = { profile: "shop", profiles: { shop: { url: "http://localhost:3000" } } }
    expect(await resolve({}, {}, {}, local)).toMatchObject({ withheld: undefined })
  })

  test("can make the shell more careful, never less, and can't take a name of the user's", async () => {
    const user = { profiles: { live: { url: "https://live.example", protected: true, readOnly: true } } }
    const project = { profiles: { live: { url: "https://evil.example", protected: false, readOnly: false } } }
    expect(await resolve({ profile: "live" }, {}, user, project)).toMatchObject({
      target: { apiURL: "https://live.example" },
      protection: "profile live",
      readOnly: "profile live",
    })
    const careful = { profiles: { dev: { protected: true, readOnly: true } } }
    expect(await resolve({}, {}, {}, careful)).toMatchObject({ protection: "profile dev", readOnly: "profile dev" })
    expect(
      await resolve(
        { profile: "live" },
        {},
        { profiles: { live: { url: "http://x" } } },
        { profiles: { live: { readOnly: true } } },
      ),
    ).toMatchObject({
      readOnly: projectFile,
    })
  })

  test("is found upwards from where the shell runs, and a key really stays here", async () => {
    const evil = await startStockInngest()
    const directory = makeDirectory()
    const inner = join(directory, "a", "b")
    mkdirSync(inner, { recursive: true })
    // A host of this machine may have keys, so one that is no loopback address is needed, and answers here all the same.
    const url = evil.url.replace("127.0.0.1", "0.0.0.0")
    writeFileSync(join(directory, projectFileName), JSON.stringify({ profile: "shop", profiles: { shop: { url } } }))
    const env = { INNGEST_EVENT_KEY: "very-secret-event-key", INNGEST_SIGNING_KEY: "signkey-prod-0123456789abcdef" }
    const run = (line: string[], options: ShellOptions = {}): Promise<ShellOutcome> =>
      runCli(line, { projectDirectory: inner, env, ...options })
    Object.assign(process.env, env)
    try {
      expect((await run(["runs"])).code).toBe(0)
      expect((await run(["send", "a/b"])).code).toBe(0)
      expect(evil.keys).toEqual(["NO_EVENT_KEY_SET"])
      const { out } = await run(["doctor"])
      expect(out).toMatch(/so no key goes there\. To allow it: {2}profile add/)
      // The same host by the user's own hand.
      expect((await run(["send", "a/b", "--url", url])).code).toBe(0)
      expect(evil.keys).toEqual(["NO_EVENT_KEY_SET", "very-secret-event-key"])
    } finally {
      for (const name of Object.keys(env)) delete process.env[name]
    }
  })

  test("a store of it lies in the project", async () => {
    const directory = makeDirectory()
    writeFileSync(
      join(directory, projectFileName),
      JSON.stringify({ profile: "p", profiles: { p: { store: "fs:states" }, out: { store: "fs:../other" } } }),
    )
    const run = (line: string[]): Promise<ShellOutcome> => runCli(line, { projectDirectory: directory })
    expect((await run(["workflow", "save", "w", "status=running"])).code).toBe(0)
    expect(statSync(join(directory, "states")).isDirectory()).toBe(true)
    expect(await run(["workflows", "-p", "out"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("lies in the project") as string,
    })
  })
})

describe("the user's file", () => {
  test.each([
    [
      { profiles: { x: { eventKey: "abc-very-secret" } } },
      'profiles.x.eventKey: a key does not stand in a file: {"env": "NAME"} or {"command": "op read …"} say where it is',
    ],
    [{ profiles: { x: { eventKey: { keychain: "prod" } } } }, "profiles.x.eventKey: keychains are not read yet"],
    [
      { profiles: { x: { store: "postgres://u:pw@h/d" } } },
      'profiles.x.store: holds a password: {"env": "NAME"} names a variable that has it',
    ],
    [{ profiles: { x: { protected: "yes" } } }, "profiles.x.protected: must be true or false"],
    [[], "must be an object"],
    [{ profiles: { "\u001b]0;x": {} } }, "profiles: has a name that is none: letters, digits, - . and _"],
  ])("names what is wrong, and never what stood there: %j", (user, message) => {
    const failing = (): unknown => parseConfig(JSON.stringify(user), userFile, "user")
    expect(failing).toThrow(message)
    expect(failing).not.toThrow("very-secret")
  })

  test("no text that is no configuration does anything but an error of the configuration", () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((value) => JSON.stringify({ profiles: { x: value } })),
    )
    fc.assert(
      fc.property(text, fc.constantFrom("user", "project"), (given, owner) => {
        try {
          parseConfig(given, userFile, owner as "user")
        } catch (error) {
          expect(error).toMatchObject({ name: "CommandError", kind: "config" })
          expect(String((error as Error).message)).toContain(userFile)
        }
      }),
    )
  })

  test("is written by the commands, for the user alone, and read by the next", async () => {
    const state = makeDirectory()
    const stock = await startStockInngest({ signingKey: "signkey-test-0123456789abcdef0123" })
    const run = (line: string[], env: Record<string, string> = {}): Promise<ShellOutcome> =>
      runCli(line, { env: { INNGEST_REPL_STATE_DIR: state, ...env } })
    const added = await run([
      "profile",
      "add",
      "staging",
      "--url",
      stock.url,
      "--signing-key-env",
      "STAGING_KEY",
      "--protected",
      "-o",
      "json",
    ])
    expect(JSON.parse(added.out)).toMatchObject({
      data: { name: "staging", isProtected: true, keys: { signingKey: "$STAGING_KEY" }, definedBy: "user" },
    })
    const file = join(state, "config", "config.json")
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await run(["profile", "add", "staging"])).toMatchObject({ code: 2 })
    expect(await run(["profile", "add", "../x"])).toMatchObject({ code: 2 })
    expect(await run(["profile", "add", "y", "--signing-key-env", "signkey-prod-abc"])).toMatchObject({ code: 2 })

    expect(await run(["-p", "staging", "runs"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("its key is in STAGING_KEY, which holds none") as string,
    })
    expect((await run(["-p", "staging", "runs"], { STAGING_KEY: "wrong" })).code).toBe(4)
    expect((await run(["-p", "staging", "runs"], { STAGING_KEY: "signkey-test-0123456789abcdef0123" })).code).toBe(0)
    // K2: the key of a profile goes to that profile's server and to no other.
    const other = await startStockInngest()
    await run(["-p", "staging", "runs", "--url", other.url], { STAGING_KEY: "signkey-test-0123456789abcdef0123" })
    expect(other.keys).toEqual([])

    await run([
      "profile",
      "edit",
      "staging",
      "--no-protected",
      "--signing-key-env=",
      "--signing-key-command",
      "printf signkey-test-0123456789abcdef0123",
    ])
    expect((await run(["-p", "staging", "runs"])).code).toBe(0)
    const whoami = await run(["-p", "staging", "whoami"])
    expect(whoami.out).toContain("signing key  signkey-test-…0123 (from a command)")
    expect(whoami.out).not.toContain("0123456789abcdef")
    expect((await run(["profile", "remove", "staging"])).code).toBe(0)
    expect(await run(["-p", "staging", "runs"])).toMatchObject({ code: 2 })
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({})
  })
})

describe("keys", () => {
  test.each([
    ["http://localhost:8288", true],
    ["http://127.8.9.1", true],
    ["http://[::1]:1", true],
    ["https://api.inngest.com/v1", true],
    ["https://api.inngest.com.evil.example", false],
    ["http://api.inngest.com", false],
    ["https://localhost.evil.example", false],
    ["https://mine.example:8443/x", true],
    ["https://mine.example", false],
  ])("may go to %s: %s", (url, may) => {
    expect(mayHoldKeys(url, new Set(["https://mine.example:8443"]))).toBe(may)
  })

  test("are shown so that two can be told apart and none is usable", () => {
    expect(maskKey("signkey-prod-0123456789abcdef")).toBe("signkey-prod-…cdef")
    expect(maskKey("short")).toBe("***")
  })
})

describe("a session", () => {
  test("goes on with another profile by use, in a script too", async () => {
    const stock = await startStockInngest({ running: 2 })
    const { out, code } = await runCli([
      "-e",
      `profile add s --url ${stock.url}`,
      "-e",
      "use s",
      "-e",
      "runs --status running -o id",
      "-e",
      "use dev",
      "-e",
      "runs -o id",
    ])
    expect(code).toBe(0)
    expect(out.split("\n").filter((line) => line.startsWith("01M9"))).toHaveLength(2)
    expect(await runCli(["use", "prod"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("inngest-repl -p prod") as string,
    })
  })

  test("use refuses a profile whose key is not there, and a script goes no further, since its lines were for that one", async () => {
    const state = makeDirectory()
    const env = { INNGEST_REPL_STATE_DIR: state }
    const { url } = await startStockInngest({ running: 2 })
    expect((await runCli(["profile", "add", "s", "--url", url, "--signing-key-env", "NOPE"], { env })).code).toBe(0)
    const script = { env, stdin: "use s\nsend a/b\nwhoami\n" }
    const said = "✗ profile s: its key is in NOPE, which holds none\n"
    expect(await runCli([], script)).toMatchObject({ code: 2, out: "", err: said })
    expect(await runCli(["--keep-going"], script)).toMatchObject({ code: 2, out: "", err: said })
    const typist = startTyping(["--no-color"], state)
    await typist.see("dev ❯ ")
    typist.type(`use s${keys.enter}`)
    await typist.see("which holds none")
    await typist.see("dev ❯ ")
  })

  test("takes back what set has set, and what it has saved", async () => {
    const state = makeDirectory()
    const env = { INNGEST_REPL_STATE_DIR: state }
    const config = join(state, "config", "config.json")
    const utcOf = async (...lines: string[]): Promise<unknown> => {
      const { out } = await runCli(
        [...lines, "set"].flatMap((line) => ["-e", `${line} -o ndjson`]),
        { env },
      )
      const options = out
        .trim()
        .split("\n")
        .slice(-7)
        .map((line) => JSON.parse(line) as { name: string })
      return options.find(({ name }) => name === "utc")
    }
    expect(await utcOf("set utc on", "set utc --unset")).toEqual({ name: "utc", value: null, source: "default" })
    expect((await runCli(["set", "utc", "on", "--save"], { env })).code).toBe(0)
    expect(await utcOf("set utc off", "set utc --unset")).toEqual({ name: "utc", value: "on", source: config })
    expect(await utcOf("set utc --unset --save")).toEqual({ name: "utc", value: null, source: "default" })
    expect(JSON.parse(readFileSync(config, "utf8"))).toEqual({})
    expect(await runCli(["set", "utc", "--unset"], { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining("inngest-repl set utc --unset --save") as string,
    })
    expect((await runCli(["set", "utc", "on", "--unset"], { env })).code).toBe(2)
  })

  test("behaves as set says, for itself or for every one", async () => {
    const state = makeDirectory()
    const env = { INNGEST_REPL_STATE_DIR: state }
    const { out } = await runCli(["-e", "set output id", "-e", "send a/b", "-e", "set output table"], { env })
    expect(out).toMatch(/\n[0-9A-Z]{26}\noutput\nutc\n/)
    expect(await runCli(["set", "output", "json"], { env })).toMatchObject({ code: 2 })
    expect((await runCli(["set", "output", "json", "--save"], { env })).code).toBe(0)
    expect(JSON.parse((await runCli(["version"], { env })).out)).toMatchObject({ schemaVersion: 1 })
    expect((await runCli(["version", "-o", "table"], { env })).out).toMatch(/^\d/)
    expect(await runCli(["set", "outptu", "json"], { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining("Did you mean  output ?") as string,
    })
  })
})

describe("doctor", () => {
  test("shows where each setting comes from, what the server is, and which app did not sync", async () => {
    const stock = await startStockInngest()
    const { out, code } = await runCli(["doctor", "-o", "json"], {
      env: { INNGEST_BASE_URL: stock.url, INNGEST_EVENT_KEY: "0123456789abcdef" },
    })
    const findings = (
      JSON.parse(out) as { data: { name: string; value: string; source: string; state: string; note: string }[] }
    ).data
    const of = (name: string): unknown => findings.find((each) => each.name === name)
    expect(of("url")).toMatchObject({ value: stock.url, source: "INNGEST_BASE_URL" })
    expect(of("server")).toMatchObject({ value: `dev dev-, ${stock.url}`, state: "ok" })
    expect(of("event key")).toMatchObject({ value: "…cdef (plain)", source: "INNGEST_EVENT_KEY" })
    expect(of("clock")).toMatchObject({ state: "ok" })
    expect(of("app old")).toMatchObject({
      state: "error",
      note: expect.stringContaining("sdk_version_denied") as string,
    })
    expect(of("state store")).toMatchObject({
      state: "error",
      note: expect.stringMatching(
        /^this Inngest server keeps no workflow state.* Give it a store: {2}--store /,
      ) as string,
    })
    expect(of("signing key")).toMatchObject({ value: null, source: "INNGEST_SIGNING_KEY (not set)" })
    expect(code).toBe(5)
  })

  test("on a server with keys says whether they work", async () => {
    const stock = await startStockInngest({ signingKey: "signkey-prod-0123456789abcdef" })
    const right = await runCli(["doctor"], {
      env: { INNGEST_BASE_URL: stock.url, INNGEST_SIGNING_KEY: "signkey-prod-0123456789abcdef" },
    })
    expect(right.out).toMatch(/✓ {2}signing key works {2,}yes/)
    expect(right.out).toMatch(/signkey-prod-…cdef \(prod\)/)
    const wrong = await runCli(["doctor"], {
      env: { INNGEST_BASE_URL: stock.url, INNGEST_SIGNING_KEY: "signkey-prod-ffffffffffffff" },
    })
    expect(wrong.code).toBe(4)
    // One wrong key is said once, and what answered is not what is wrong.
    expect(wrong.out).toMatch(/✓ {2}server {2,}self-hosted/)
    expect(wrong.out).toMatch(
      /✗ {2}signing key works {2,}no .*\n.* signing key signkey-prod-…ffff \(from INNGEST_SIGNING_KEY\) was not taken/,
    )
    expect(wrong.out.match(/was not taken/g)).toHaveLength(1)
  })

  test("says whose clock is ahead, and where an option comes from", async () => {
    const state = makeDirectory()
    for (const [offsetMs, said] of [
      [0, "as here, to the second"],
      [-3_600_000, "1h behind here"],
      [60_000, "1m ahead of here"],
    ] as const) {
      const url = await startDouble((request) => {
        const { pathname } = new URL(request.url)
        const headers = { date: new Date(Date.now() + offsetMs).toUTCString() }
        if (pathname === "/health") return Response.json({ status: 200 }, { headers })
        if (pathname === "/dev") return Response.json({ version: "1" }, { headers })
        return Response.json({ data: [] })
      })
      const { out } = await runCli(["doctor", "--url", url, "--utc", "-o", "json"], {
        env: { INNGEST_REPL_STATE_DIR: state },
      })
      const { data } = JSON.parse(out) as { data: { name: string; value: string; source: string }[] }
      expect(data.find(({ name }) => name === "clock")?.value).toBe(said)
      expect(data.find(({ name }) => name === "utc")).toMatchObject({ value: "on", source: "--utc" })
    }
  })

  test("of what does not answer is an error with the code of that", async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const { out, code } = await runCli(["doctor", "--url", url])
    expect(code).toBe(7)
    expect(out.split(`nothing listens on ${url} (from --url)`)).toHaveLength(2)
  })
})
