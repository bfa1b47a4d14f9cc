/** Values of flags: checked against what the flag is, before anything runs, and read by the command. */
import { usageError } from "../command-error.ts"
import type { FlagSpec, FlagValues } from "../flag.ts"
import type { FlagValue, Position } from "./ast.ts"
import { nearest } from "./nearest.ts"

/**
 * What the text behind a flag says. Times are counted from now on.
 *
 * @throws CommandError `--limit: "ten" is not a whole number`, with the position of the word.
 */
export async function readFlagValue(flag: FlagSpec, text: string, at: Position | undefined): Promise<FlagValue> {
  const refuse = (why: string, hint?: string): never => {
    throw usageError(`--${flag.name}: "${text}" ${why}`, { at, hint })
  }
  switch (flag.kind) {
    case "switch":
    case "text":
      return { text, value: text }
    case "integer": {
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = flag
      if (!/^[+-]?\d+$/.test(text)) return refuse("is not a whole number")
      const value = Number(text)
      if (value < min) return refuse(`is less than ${min}`)
      return value > max ? refuse(`is more than ${max}`) : { text, value }
    }
    case "duration": {
      const { parseLength } = await import("./time.ts")
      const value = parseLength(text)
      return value === undefined ? refuse("is not a duration such as 500ms, 90s, 15m or 2h") : { text, value }
    }
    case "time": {
      const { parseTime } = await import("./time.ts")
      const value = parseTime(text, Date.now())
      return value === undefined
        ? refuse("is not a time such as 2026-01-31T12:00Z, 90s, 15m, 2h, 3d (ago), today or yesterday")
        : { text, value }
    }
    case "choice": {
      const values = flag.values ?? []
      const meant = Object.hasOwn(flag.synonyms ?? {}, text) ? flag.synonyms?.[text] : text
      if (meant !== undefined && values.includes(meant)) return { text: meant, value: meant }
      const near = await nearest(text, values)
      return refuse(`is not one of ${values.join(", ")}`, near === undefined ? undefined : `Did you mean  ${near} ?`)
    }
  }
}

/**
 * Values of flags as a file or `set` gives them.
 *
 * @throws CommandError naming the one that is none.
 */
export async function readOptions(
  options: Readonly<Record<string, string | boolean>>,
  flags: readonly FlagSpec[],
): Promise<Map<string, readonly FlagValue[]>> {
  const values = new Map<string, readonly FlagValue[]>()
  for (const [name, option] of Object.entries(options)) {
    const flag = flags.find((each) => each.name === name)
    if (flag === undefined) continue
    const isSwitch = flag.kind === "switch"
    const toggled = typeof option === "boolean" ? option : switchWords.get(option.toLowerCase())
    if (isSwitch && toggled === undefined) throw usageError(`${name}: "${String(option)}" is not on or off`)
    values.set(name, [isSwitch ? toggled === true : await readFlagValue(flag, String(option), undefined)])
  }
  return values
}

const switchWords: ReadonlyMap<string, boolean> = new Map([
  ["on", true],
  ["true", true],
  ["yes", true],
  ["1", true],
  ["off", false],
  ["false", false],
  ["no", false],
  ["0", false],
])

/** @param fallback flags that hold where `values` has none: those the process was started with. */
export function createFlagValues(
  values: ReadonlyMap<string, readonly FlagValue[]>,
  fallback?: FlagValues | undefined,
): FlagValues {
  const given = (name: string): readonly FlagValue[] => values.get(name) ?? []
  const toggle = (name: string): boolean | undefined => {
    const last = given(name).at(-1)
    return typeof last === "boolean" ? last : fallback?.toggle(name)
  }
  return {
    text(name) {
      const last = given(name).at(-1)
      return typeof last === "object" ? last.text : fallback?.text(name)
    },
    all(name) {
      const texts = given(name).flatMap((value) => (typeof value === "object" ? [value.text] : []))
      return texts.length === 0 && fallback !== undefined ? fallback.all(name) : texts
    },
    number(name) {
      const last = given(name).at(-1)
      if (typeof last === "object") return typeof last.value === "number" ? last.value : undefined
      return fallback?.number(name)
    },
    toggle,
    isOn: (name) => toggle(name) === true,
  }
}
