import type { FunctionInfo } from "../src/index.ts"

/** Options of a function that its server knows and does not act on: the embedded one lists them. */
export function notAppliedOf({ configuration }: FunctionInfo): string[] {
  const { notApplied } = configuration
  return Array.isArray(notApplied) ? notApplied.filter((option) => typeof option === "string") : []
}
