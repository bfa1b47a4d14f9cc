import { createStorage } from "unstorage"
import fs from "unstorage/drivers/fs"
import memory from "unstorage/drivers/memory"
import { unstorageStore } from "../../src/store/drivers/unstorage.ts"
import { testStore } from "../conformance/store.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"

const flags = { list: "all", revision: false, watch: false } as const

testStore({
  name: "unstorageStore in memory",
  create: () => {
    const storage = createStorage({ driver: memory() })
    return { store: unstorageStore(storage), another: () => unstorageStore(storage) }
  },
  flags,
})

testStore({
  name: "unstorageStore on files",
  create: () => {
    const directory = temporaryDirectory()
    const open = () => unstorageStore(createStorage({ driver: fs({ base: directory.path }) }))
    return { store: open(), another: open, close: directory.remove }
  },
  flags,
})
