import { describe, expect, test } from "vitest"
import { missingServer, unreachable, withSource } from "../../cli/unreachable.ts"

const failed = (message: string, code: string): Error =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) })

describe("a named URL that does not answer", () => {
  test("where nothing listens: which, from which setting, and what to start", () => {
    const code = missingServer(failed("connect ECONNREFUSED 127.0.0.1:9000", "ECONNREFUSED"))
    const error = unreachable("http://localhost:9000", "INNGEST_BASE_URL", code ?? "")
    expect(error.message).toBe("nothing listens on http://localhost:9000 (from INNGEST_BASE_URL)")
    expect(error.hint).toMatch(/inngest-repl dev --port 9000 .*unset the variable/)
  })

  test("where something closes the connection: the same facts, and it stays an error that is tried again", () => {
    const closed = failed("other side closed", "UND_ERR_SOCKET")
    expect(missingServer(closed)).toBeUndefined()
    expect(withSource(closed, "http://127.0.0.1:9000", "--url")).toMatchObject({
      message:
        "other side closed; http://127.0.0.1:9000 is from --url, a server is started by  inngest-repl dev --port 9000",
      code: "UND_ERR_SOCKET",
    })
  })

  test("where nobody speaks TLS: what to write instead of the library's own words", () => {
    const error = withSource(
      failed("409D:error:0A00010B:SSL routines:wrong version number", "ERR_SSL_WRONG_VERSION_NUMBER"),
      "https://inngest.example",
      "INNGEST_BASE_URL",
    )
    expect(error.message).toBe("it speaks no TLS, so write http://; https://inngest.example is from INNGEST_BASE_URL")
  })
})
