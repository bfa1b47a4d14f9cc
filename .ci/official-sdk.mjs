// The official SDK: the engine is tested with a client that is not ours.
import { ensureLocked, lockedFolder } from "./locked-folder.mjs"

export const officialSdkFolder = () => lockedFolder("official-sdk")

/** @param {(file: string, args: string[], cwd: string) => Promise<number>} run */
export const ensureOfficialSdk = (run) => ensureLocked("official-sdk", run)
