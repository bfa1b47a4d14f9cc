// A second thread for sqlite.test.ts: adds 1 to a counter, again and again, by revision.
import { workerData } from "node:worker_threads"
import { createDatabase } from "db0"
import sqlite from "db0/connectors/node-sqlite"
import { sqlStore } from "../../src/store/drivers/sql.ts"
import { isRevisionConflictError } from "../../src/errors.ts"

const { path, count } = workerData as { path: string; count: number }
const database = createDatabase(sqlite({ path }))
const store = sqlStore(database)
for (let done = 0; done < count;) {
  const { state, revision } = await store.loadWithRevision("counter")
  try {
    await store.save({ workflowId: "counter", input: Number(state?.input ?? 0) + 1 }, { ifRevision: revision })
    done++
  } catch (error) {
    if (!isRevisionConflictError(error)) throw error
  }
}
await database.dispose()
