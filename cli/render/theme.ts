// As in config-files.ts: imported, it would be loaded whole.
const { styleText } = process.getBuiltinModule("node:util")

/** Colours by what they mean. Without colours each is the text as it is. */
export interface Theme {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly name: (text: string) => string
}

type Format = Parameters<typeof styleText>[0]

export function createTheme(isColored: boolean): Theme {
  const style =
    (format: Format) =>
    (text: string): string =>
      isColored ? styleText(format, text, { validateStream: false }) : text
  return {
    good: style("green"),
    bad: style("red"),
    warn: style("yellow"),
    strong: style("bold"),
    faint: style("gray"),
    name: style("cyan"),
  }
}

/** FORCE_COLOR and NO_COLOR mean what https://no-color.org and https://force-color.org say: any value but an empty one. */
export function hasColors(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0"
  return stream.isTTY === true && env.TERM !== "dumb"
}

/** The colour of a status, of runs and of workflow states. */
export function statusStyle(theme: Theme): (text: string) => string {
  return (text) => {
    switch (text.trim()) {
      case "completed":
        return theme.good(text)
      case "failed":
        return theme.bad(text)
      case "running":
        return theme.name(text)
      case "canceled":
      case "cancelled":
        return theme.warn(text)
      default:
        return text
    }
  }
}
