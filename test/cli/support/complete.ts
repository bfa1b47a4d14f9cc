/** Long enough for what one TAB may wait for. */
const againMs = 1_000

/**
 * Type, and press TAB until the completion stands there. Names that are live get 300 ms; where a busy machine needs more, the next TAB has them.
 *
 * @param screen one key after the other, as from a keyboard: a TAB inside a paste is a blank.
 */
export async function complete(
  screen: { type(keys: string): void; see(text: string | RegExp): Promise<void> },
  typed: string,
  completed: string | RegExp,
): Promise<void> {
  screen.type(typed)
  screen.type("\t")
  const again = setInterval(() => screen.type("\t"), againMs)
  await screen.see(completed).finally(() => clearInterval(again))
}
