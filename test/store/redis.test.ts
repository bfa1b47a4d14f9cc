import { createStorage } from "unstorage"
import redis from "unstorage/drivers/redis"
import { afterAll } from "vitest"
import { startRedis } from "../../.ci/services.mjs"
import { unstorageStore } from "../../src/store/drivers/unstorage.ts"
import { testStore } from "../conformance/store.ts"

const server = await startRedis()
const [url, missing] = "missing" in server ? ["", server.missing] : [server.url, undefined]
afterAll(() => ("missing" in server ? undefined : server.stop()))

let baseCount = 0

testStore({
  name: "unstorageStore on Redis",
  create: () => {
    const base = `test-${++baseCount}`
    const [one, other] = [0, 1].map(() => createStorage({ driver: redis({ url, base }) }))
    if (one === undefined || other === undefined) throw new Error("there are two")
    return {
      store: unstorageStore(one),
      another: () => unstorageStore(other),
      close: async () => void (await Promise.all([one.dispose(), other.dispose()])),
    }
  },
  flags: { list: "all", revision: false, watch: false },
  missing,
})
