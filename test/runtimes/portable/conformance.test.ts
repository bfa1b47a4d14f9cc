// The suite for stores, in every runtime, with the drivers that need nothing of it.
import { createStoreHandler, httpStore, memoryStore } from "inngest-kit/store"
import { unstorageStore } from "inngest-kit/store/unstorage"
import { createStorage } from "unstorage"
import memory from "unstorage/drivers/memory"
import { testStore } from "../../conformance/store.ts"

testStore({
  name: "memoryStore",
  create: () => ({ store: memoryStore() }),
  flags: { list: "all", revision: true, watch: false },
})

testStore({
  name: "httpStore with a server of ours",
  create: () => {
    const serve = createStoreHandler(memoryStore())
    const open = () =>
      httpStore({ baseURL: "http://kit.test", fetch: (input, init) => serve(new Request(input, init)) })
    return { store: open(), another: open }
  },
  flags: { list: "all", revision: true, watch: false },
})

testStore({
  name: "unstorageStore in memory",
  create: () => {
    const storage = createStorage({ driver: memory() })
    return { store: unstorageStore(storage), another: () => unstorageStore(storage) }
  },
  flags: { list: "all", revision: false, watch: false },
})
