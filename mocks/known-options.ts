import { ConfigError } from "../src/errors.ts"

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
