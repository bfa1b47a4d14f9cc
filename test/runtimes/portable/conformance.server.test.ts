// The suite for stores where there are files: Node, Deno and Bun.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createDatabase } from "db0"
import sqlite from "db0/connectors/node-sqlite"
import { sqlStore } from "inngest-kit/store/sql"
import { unstorageStore } from "inngest-kit/store/unstorage"
import { createStorage } from "unstorage"
import fs from "unstorage/drivers/fs"
import { testStore } from "../../conformance/store.ts"

const folder = () => mkdtempSync(join(tmpdir(), "inngest-kit-"))

testStore({
  name: "sqlStore on SQLite",
  create: async () => {
    const path = folder()
    const [one, other] = [0, 1].map(() => createDatabase(sqlite({ path: join(path, "states.sqlite") })))
    if (one === undefined || other === undefined) throw new Error("there are two")
    // As for a file that several use; 2000 commits are also quicker so.
    await one.exec("PRAGMA journal_mode = WAL")
    return {
      store: sqlStore(one),
      another: () => sqlStore(other),
      close: async () => {
        await Promise.all([one.dispose(), other.dispose()])
        rmSync(path, { recursive: true })
      },
    }
  },
  flags: { list: "all", revision: true, watch: false },
})

testStore({
  name: "unstorageStore on files",
  create: () => {
    const base = folder()
    const open = () => unstorageStore(createStorage({ driver: fs({ base }) }))
    return { store: open(), another: open, close: () => rmSync(base, { recursive: true }) }
  },
  flags: { list: "all", revision: false, watch: false },
})
