/** Which function an invoke names, and whether it is an allowed one. */
import { type Allowance, isWithin } from "./permissions.ts"

export interface Invocation {
  readonly params: Readonly<Record<string, string>>
}

/**
 * The server takes a function's id in full (`core-ship-order`) or within its app (`ship-order`). Patterns are about the id in full.
 *
 * Where a pattern decides, the id goes on within its app: that has one reading. Only an id that still begins with its app's name then has two
 * (`core-core-x` could be meant as `core-x`); such a one must be allowed in both.
 */
export function readInvocation(
  params: Readonly<Record<string, string>>,
  allowance: Allowance,
): Invocation | { missing: string } {
  if (allowance.kind === "all") return { params }
  const { app = "", fn = "" } = params
  const prefix = `${app}-`
  const short = fn.startsWith(prefix) ? fn.slice(prefix.length) : fn
  const readings = short.startsWith(prefix) ? [prefix + short, short] : [prefix + short]
  const missing = short === "" ? fn : readings.find((id) => !isWithin(allowance, id))
  return missing === undefined ? { params: { ...params, fn: short } } : { missing }
}
