import { serve } from "srvx"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { readBounded } from "../../src/shared/body.ts"
import { createStoreHandler, memoryStore } from "../../src/store/index.ts"

const chunks = (...sizes: number[]): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(controller) {
      for (const size of sizes) controller.enqueue(new Uint8Array(size).fill(1))
      controller.close()
    },
  })
const source = (body: ReadableStream<Uint8Array<ArrayBuffer>> | null, announced?: number) => ({
  body,
  headers: new Headers(announced === undefined ? {} : { "content-length": String(announced) }),
})

describe("a bounded body", () => {
  test("is whole up to the bound, and nothing beyond it", async () => {
    expect(await readBounded(source(null), 10)).toEqual(new Uint8Array())
    expect(await readBounded(source(chunks(4, 6)), 10)).toEqual(new Uint8Array(10).fill(1))
    expect(await readBounded(source(chunks(4, 7)), 10)).toBeUndefined()
    expect(await readBounded(source(chunks(0, 0)), 10)).toEqual(new Uint8Array())
  })

  test("is refused by what it announces, and not believed", async () => {
    expect(await readBounded(source(chunks(1), 11), 10)).toBeUndefined()
    expect(await readBounded(source(chunks(20), 5), 10)).toBeUndefined()
    expect(await readBounded(source(chunks(5), 3), 10)).toHaveLength(5)
  })
})

describe("a body that is too long", () => {
  let server: ReturnType<typeof serve>
  beforeEach(async () => {
    const fetch = createStoreHandler(memoryStore(), { maxBodyBytes: 1_000 })
    server = serve({ port: 0, hostname: "127.0.0.1", silent: true, fetch })
    await server.ready()
  })
  afterEach(() => server.close(true))

  test.each([
    ["announced", () => "x".repeat(1_000_000)],
    ["in chunks", () => new Blob(["x".repeat(1_000_000)]).stream()],
  ])("%s leaves the connection fit for what is asked next", async (_, body) => {
    const url = new URL("/v1/workflows/a", server.url)
    const statuses = []
    for (let turn = 0; turn < 6; turn++) {
      const init = { method: "PUT", body: body(), duplex: "half" } as RequestInit
      const answer = await fetch(url, init)
      await answer.text()
      statuses.push(answer.status)
    }
    expect(statuses).toEqual([413, 413, 413, 413, 413, 413])
  })
})
