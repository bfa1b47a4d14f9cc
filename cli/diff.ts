/** The lines that differ, with a few around them, as a person reads a change. */
import { printable } from "./render/text-width.ts"

/** Unchanged lines shown around a change. */
const around = 1

/** Beyond this many lines a comparison of all with all takes too long; then everything between the first and the last change is new. */
const maxCompared = 2_000

/** `- old`, `+ new`, `  same`, and `…` where unchanged lines are left out. */
export function diffLines(before: string, after: string): string[] {
  const [left, right] = [before.trimEnd().split("\n"), after.trimEnd().split("\n")]
  let start = 0
  while (start < Math.min(left.length, right.length) && left[start] === right[start]) start++
  let end = 0
  while (
    end < Math.min(left.length, right.length) - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  )
    end++
  const middle = compare(left.slice(start, left.length - end), right.slice(start, right.length - end))
  const all = [
    ...left.slice(0, start).map((line) => `  ${line}`),
    ...middle,
    ...left.slice(left.length - end).map((line) => `  ${line}`),
  ]
  return keepNear(all).map(printable)
}

function compare(left: readonly string[], right: readonly string[]): string[] {
  if (left.length > maxCompared || right.length > maxCompared || left.length * right.length === 0)
    return [...left.map((line) => `- ${line}`), ...right.map((line) => `+ ${line}`)]
  // Length of the longest common part from here on.
  const common = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1))
  const at = (row: number, column: number): number => common[row]?.[column] ?? 0
  for (let row = left.length - 1; row >= 0; row--)
    for (let column = right.length - 1; column >= 0; column--) {
      const isSame = left[row] === right[column]
      const length = isSame ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
      const cells = common[row]
      if (cells !== undefined) cells[column] = length
    }
  const lines: string[] = []
  let [row, column] = [0, 0]
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      lines.push(`  ${left[row]}`)
      row++
      column++
    } else if (column >= right.length || (row < left.length && at(row + 1, column) >= at(row, column + 1)))
      lines.push(`- ${left[row++]}`)
    else lines.push(`+ ${right[column++]}`)
  }
  return lines
}

function keepNear(lines: readonly string[]): string[] {
  const isNear = lines.map((_line, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some((line) => !line.startsWith("  ")),
  )
  return lines.flatMap((line, index) => {
    if (isNear[index] === true) return [line]
    return isNear[index - 1] === true ? ["…"] : []
  })
}
