import type { Result } from "../result.ts"
import { version } from "../version.ts"

export async function run(): Promise<Result> {
  return { type: "version", data: { version } }
}
