/** Lines of text for a terminal that is narrower: parted between words, what goes on stands under what it goes on from. */
import { textWidth } from "./text-width.ts"

export function wrapLines(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, width))
    .join("\n")
}

/** Where the second of two columns begins, or a little behind the start of the line. */
function indentOf(line: string, width: number): number {
  const [lead = ""] = /^ */.exec(line) ?? []
  const [first = ""] = /^ *\S(?:.*?\S)? {2,}(?=\S)/.exec(line) ?? []
  return first !== "" && first.length <= width * 0.6 ? first.length : Math.min(lead.length + 2, Math.floor(width / 2))
}

function wrapLine(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line]
  const indent = " ".repeat(indentOf(line, width))
  const lines: string[] = []
  let current = ""
  // Each word with the blanks before it.
  for (const [part, blanks = "", word = ""] of line.matchAll(/( *)([^ ]+)/g)) {
    if (current === "" || textWidth(current + part) <= width) current += current === "" ? blanks + word : part
    else {
      lines.push(current)
      current = indent + word
    }
  }
  return [...lines, current]
}
