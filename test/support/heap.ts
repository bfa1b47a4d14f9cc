import { setImmediate } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Bytes that are held on to, once finalizers have let go of what they know to be dead. */
export async function heapUsedAfterGc(): Promise<number> {
  setFlagsFromString("--expose-gc")
  const gc = runInNewContext("gc") as () => void
  for (let round = 0; round < 4; round++) {
    gc()
    await setImmediate()
  }
  return process.memoryUsage().heapUsed
}
