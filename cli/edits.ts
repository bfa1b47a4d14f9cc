/** Texts of `workflow edit` that could not be saved: in the state directory, for the user alone. */
import { createHash } from "node:crypto"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Session } from "./session.ts"

export interface Edits {
  read(workflowId: string): Promise<string | undefined>
  keep(workflowId: string, text: string): Promise<void>
  drop(workflowId: string): Promise<void>
}

export function createEdits({ profile, options }: Session): Edits {
  const directory = options.directories.edits
  // An id may be anything, a file's name may not. Of two servers with the same id each has its own text.
  const fileOf = (workflowId: string): string => {
    const key = JSON.stringify([profile.name, profile.target, profile.store?.value ?? null, workflowId])
    return join(directory, `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`)
  }
  return {
    read: (workflowId) => readFile(fileOf(workflowId), "utf8").catch(() => undefined),
    async keep(workflowId, text) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      await writeFile(fileOf(workflowId), text, { mode: 0o600 })
    },
    drop: (workflowId) => rm(fileOf(workflowId), { force: true }),
  }
}
