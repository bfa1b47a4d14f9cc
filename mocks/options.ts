/** What users give, checked. */
import { ConfigError } from "../src/errors.ts"
import { type Duration, parseDuration } from "../src/shared/duration.ts"

/**
 * A typo must not be an option that does nothing.
 *
 * @param known all names that mean something, as a list or as the keys of a table.
 * @param where what they are options of, as the error calls it.
 * @throws ConfigError naming the first one that is unknown, and those that are known.
 */
export function refuseUnknown(options: object, known: readonly string[] | object, where: string): void {
  const names = Array.isArray(known) ? (known as readonly string[]) : Object.keys(known)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const alike = names.find((name) => name.toLowerCase() === unknown.toLowerCase())
  throw new ConfigError(
    alike === undefined
      ? `${where}: there is no option ${unknown}`
      : `${where}: ${unknown}: the option is called ${alike}`,
    { option: unknown },
    { hint: `Known: ${names.join(", ")}.` },
  )
}

/** @throws ConfigError naming the option. */
export function durationMs(duration: Duration, option: string): number {
  const ms = parseDuration(duration)
  if (ms !== undefined) return ms
  throw new ConfigError(`${option}: must be a duration such as "500ms" or 500, not ${JSON.stringify(duration)}`, {
    option,
  })
}
