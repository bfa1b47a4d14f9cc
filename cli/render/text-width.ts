/** How many columns of a terminal a text takes, and what of it a terminal may be shown. */

let segmenter: Intl.Segmenter | undefined

/** Made at need: it takes 10 ms, which is half of what Node takes to start. */
function graphemesOf(text: string): Iterable<{ readonly segment: string }> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" })
  return segmenter.segment(text)
}

/** Scripts and symbols whose characters take two columns. @source Unicode UAX #11, classes W and F */
const wide =
  /^(?:\p{Emoji_Presentation}|.\uFE0F|[\u1100-\u115F\u2E80-\u303E\u3041-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F64F}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}])/u

const asciiOnly = /^[\x20-\x7e]*$/

export function textWidth(text: string): number {
  if (asciiOnly.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemesOf(text)) width += graphemeWidth(segment)
  return width
}

function graphemeWidth(grapheme: string): number {
  if (wide.test(grapheme)) return 2
  // What stands alone without a base is drawn on its neighbour.
  return /^[\p{Mark}\p{Cf}]/u.test(grapheme) ? 0 : 1
}

/** The start of a text that fits, with `…` for what is cut off. */
export function cutToWidth(text: string, maxWidth: number): string {
  if (textWidth(text) <= maxWidth) return text
  if (asciiOnly.test(text)) return maxWidth > 0 ? `${text.slice(0, maxWidth - 1)}…` : ""
  let kept = ""
  let left = maxWidth - 1
  for (const { segment } of graphemesOf(text)) {
    left -= graphemeWidth(segment)
    if (left < 0) break
    kept += segment
  }
  return maxWidth > 0 ? `${kept}…` : ""
}

/** Control characters written out. A name or an error of a server could otherwise move the cursor, or type into the terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (char) => escapes.get(char) ?? escapeUnicode(char),
  )
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n")
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["\n", String.raw`\n`],
  ["\r", String.raw`\r`],
  ["\t", String.raw`\t`],
])

function escapeUnicode(char: string): string {
  return String.raw`\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`
}
