/** Rows under titles, as wide as the terminal at most. */
import { cutToWidth, printable, textWidth } from "./text-width.ts"

export interface Column {
  readonly title: string
  /** May be cut when the table is too wide. Ids never are: half an id is of no use. */
  readonly isCuttable?: boolean
  /** Left out when no row has anything in it. */
  readonly isOptional?: boolean
  readonly style?: (text: string) => string
}

/** Between columns. */
const gap = "  "

/** A column that is cut keeps this much. */
const minWidth = 8

/** @param width columns of the terminal; `undefined` where there is none: nothing is cut. */
export function renderTable(
  allColumns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { width?: number | undefined; titleStyle?: (text: string) => string } = {},
): string {
  const shown = [...allColumns.keys()].filter(
    (index) => allColumns[index]?.isOptional !== true || rows.some((row) => (row[index] ?? "") !== ""),
  )
  const columns = shown.map((index) => allColumns[index] as Column)
  const cells = rows.map((row) => shown.map((index) => printable(row[index] ?? "")))
  const widths = columns.map(({ title }, index) =>
    Math.max(textWidth(title), ...cells.map((row) => textWidth(row[index] ?? ""))),
  )
  if (options.width !== undefined) shrink(widths, columns, options.width)
  const { titleStyle = (text: string) => text } = options
  const titles = line(columns.map(({ title }) => title))
  return [titleStyle(titles), ...cells.map((row) => line(row, true))].join("\n")

  function line(texts: readonly string[], isStyled = false): string {
    return texts
      .map((text, index) => {
        const fitted = cutToWidth(text, widths[index] ?? 0)
        const padding = index === texts.length - 1 ? "" : " ".repeat((widths[index] ?? 0) - textWidth(fitted))
        const style = isStyled ? columns[index]?.style : undefined
        return (style === undefined ? fitted : style(fitted)) + padding
      })
      .join(gap)
      .trimEnd()
  }
}

/** Take from the widest column that can be cut, until the line fits or none has anything left to give. */
function shrink(widths: number[], columns: readonly Column[], available: number): void {
  const total = (): number => widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1))
  while (total() > available) {
    let widest = -1
    for (const [index, width] of widths.entries())
      if (columns[index]?.isCuttable === true && width > Math.max(minWidth, widths[widest] ?? 0)) widest = index
    if (widest === -1) return
    widths[widest] = (widths[widest] ?? 0) - 1
  }
}
