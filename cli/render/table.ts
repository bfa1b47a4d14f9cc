/** Rows under titles, as wide as the terminal at most; where even the least of them is wider, each row over several lines. */
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
  if (options.width !== undefined && totalOf(widths) > options.width) return stack(options.width)
  const body = cells.map((row) => line(row, true))
  if (columns.every(({ title }) => title === "")) return body.join("\n")
  return [titleStyle(line(columns.map(({ title }) => title))), ...body].join("\n")

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

  /** As many cells on a line as fit, those behind the first line indented. Without titles: nothing stands under them. */
  function stack(width: number): string {
    const lines: string[] = []
    for (const row of cells) {
      let used = 0
      for (const [index, text] of row.entries()) {
        if (text === "") continue
        const room = width - gap.length
        const fitted = columns[index]?.isCuttable === true ? cutToWidth(text, room) : text
        const styled = columns[index]?.style?.(fitted) ?? fitted
        const needed = gap.length + textWidth(fitted)
        const isFirst = used === 0
        if (!isFirst && used + needed <= width) {
          lines[lines.length - 1] += gap + styled
          used += needed
        } else {
          lines.push(isFirst ? styled : gap + styled)
          used = isFirst ? textWidth(fitted) : needed
        }
      }
    }
    return lines.join("\n")
  }
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1))
}

/** Take from the widest column that can be cut, until the line fits or none has anything left to give. */
function shrink(widths: number[], columns: readonly Column[], available: number): void {
  while (totalOf(widths) > available) {
    let widest = -1
    for (const [index, width] of widths.entries())
      if (columns[index]?.isCuttable === true && width > Math.max(minWidth, widths[widest] ?? 0)) widest = index
    if (widest === -1) return
    widths[widest] = (widths[widest] ?? 0) - 1
  }
}
