import { ConfigError } from "../src/errors.ts"

/**
 * A typo must not be an option that does nothing.
 *
 * @param known all names that mean something.
 * @param where what they are options of, as the error calls it.
 * @throws ConfigError naming the first one that is unknown, and those that are known.
 */
export function refuseUnknown(options: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const alike = known.find((name) => name.toLowerCase() === unknown.toLowerCase())
  throw new ConfigError(
    alike === undefined
      ? `${where}: there is no option ${unknown}`
      : `${where}: ${unknown}: the option is called ${alike}`,
    { option: unknown },
    { hint: `Known: ${known.join(", ")}.` },
  )
}
