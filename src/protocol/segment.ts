/**
 * Text as one percent-encoded segment of a path; `undefined` for what no URL carries: nothing, dots only (URL parsers take them for a step,
 * escaped or not), half a surrogate pair, and what is no text.
 */
export function encodeSegment(text: unknown): string | undefined {
  return typeof text !== "string" || /^\.{0,2}$|\p{Cs}/u.test(text) ? undefined : encodeURIComponent(text)
}
