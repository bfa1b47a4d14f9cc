import { describe, expect, test } from "vitest"
import { findDirectories } from "../../cli/directories.ts"
import { findTarget } from "../../cli/target.ts"

describe("the server that is meant", () => {
  test.each([
    [undefined, {}, { kind: "default" }],
    [
      "http://a:1",
      { INNGEST_BASE_URL: "http://b:2" },
      { kind: "named", apiURL: "http://a:1", apiSource: "--url", eventSource: "--url" },
    ],
    [
      undefined,
      { INNGEST_BASE_URL: "http://b:2", INNGEST_DEV: "http://c:3" },
      { apiURL: "http://b:2", apiSource: "INNGEST_BASE_URL", eventSource: "INNGEST_BASE_URL" },
    ],
    [
      undefined,
      { INNGEST_DEV: "http://c:3" },
      { apiURL: "http://c:3", eventURL: "http://c:3", apiSource: "INNGEST_DEV", eventSource: "INNGEST_DEV" },
    ],
    [
      undefined,
      { INNGEST_EVENT_API_BASE_URL: "http://e:4", INNGEST_BASE_URL: "http://b:2" },
      { apiURL: "http://b:2", eventURL: "http://e:4" },
    ],
    [
      undefined,
      { INNGEST_API_BASE_URL: "http://e:4" },
      {
        apiURL: "http://e:4",
        eventURL: "http://localhost:8288",
        apiSource: "INNGEST_API_BASE_URL",
        eventSource: "the default",
      },
    ],
    [undefined, { INNGEST_DEV: "1" }, { kind: "default" }],
  ])("flag, then variables, then the default: %j %j", (flag, env, expected) => {
    expect(findTarget(flag, env)).toMatchObject(expected)
  })

  test.each([{ INNGEST_SIGNING_KEY: "signkey-prod-12345678" }, { INNGEST_EVENT_KEY: "key" }, { INNGEST_DEV: "0" }])(
    "is never the cloud because of what is exported: %j",
    (env) => {
      expect(findTarget(undefined, env)).toEqual({ kind: "default" })
    },
  )
})

describe("state", () => {
  test.each([
    [{ INNGEST_REPL_STATE_DIR: "/s", XDG_STATE_HOME: "/x" }, "linux", "/s"],
    [{ XDG_STATE_HOME: "/x" }, "linux", "/x/inngest-repl"],
    [{ LOCALAPPDATA: "/l" }, "win32", "/l/inngest-repl"],
  ] as const)("is kept where the platform keeps it: %j %s", (env, platform, state) => {
    const directories = findDirectories(env, platform)
    expect(directories).toMatchObject({ state, data: `${state}/dev` })
    expect(directories.historyOf("dev")).toBe(`${state}/dev.history`)
    expect(directories.historyOf("../x")).toBe(`${state}/.._x.history`)
  })

  test("is the user's own without any variable", () => {
    expect(findDirectories({}, "linux").state).toMatch(/\/\.local\/state\/inngest-repl$/)
    expect(findDirectories({}, "darwin").state).toMatch(/\/Library\/Application Support\/inngest-repl$/)
  })
})
