/** Keep the state of a workflow, and notice when somebody else was faster. */
import { isRevisionConflictError } from "../src/index.ts"
import { memoryStore } from "../src/store/index.ts"

const store = memoryStore()
await store.save({ workflowId: "order-7", status: "running", input: { total: 12 }, createdAt: new Date() })

const { state, revision } = await store.loadWithRevision("order-7")
if (state === null) throw new Error("just saved, and gone")

await store.save({ ...state, status: "completed" }, { ifRevision: revision })
try {
  await store.save({ ...state, status: "failed" }, { ifRevision: revision })
} catch (error) {
  if (!isRevisionConflictError(error)) throw error
  console.log("somebody was faster:", error.message)
}
console.log((await store.load("order-7"))?.status)
