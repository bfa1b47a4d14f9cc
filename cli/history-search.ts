/** Ctrl-R: look back through the history for a text, as shells do. */

export interface SearchState {
  readonly query: string
  /** In the history, newest first; -1: nothing found yet. */
  readonly index: number
  readonly isFailed: boolean
}

export const searchStart: SearchState = { query: "", index: -1, isFailed: false }

/** @param from where to begin: at the match itself when the text grew, behind it for the next one. */
function find(lines: readonly string[], query: string, from: number): number {
  for (let index = Math.max(0, from); index < lines.length; index++) if (lines[index]?.includes(query)) return index
  return -1
}

/** The text of the search has changed. */
export function searchFor(query: string, lines: readonly string[], state: SearchState): SearchState {
  if (query === "") return searchStart
  const from = query.startsWith(state.query) ? state.index : 0
  const index = find(lines, query, from)
  return index === -1 ? { query, index: state.index, isFailed: true } : { query, index, isFailed: false }
}

/** Ctrl-R again: an older line. */
export function searchOlder(lines: readonly string[], state: SearchState): SearchState {
  if (state.query === "") return state
  const index = find(lines, state.query, state.index + 1)
  return index === -1 ? { ...state, isFailed: true } : { ...state, index, isFailed: false }
}

export function searchPrompt({ query, isFailed }: SearchState): string {
  return `(${isFailed ? "no older match" : "search"}) ${query}: `
}

/** What readline gives with a key. */
export interface Key {
  readonly name?: string | undefined
  readonly ctrl?: boolean | undefined
  readonly meta?: boolean | undefined
  readonly sequence?: string | undefined
}

/** What a search needs of readline. Node has these members and does not type all of them. */
export interface SearchableLine {
  line: string
  cursor: number
  _ttyWrite(text: string | undefined, key: Key): void
  _refreshLine(): void
  getPrompt(): string
  setPrompt(prompt: string): void
}

// readline calls these by their underscored names, so that they can be replaced.
/* oxlint-disable no-underscore-dangle */

/** Have Ctrl-R search. @param linesOf the history, newest first. */
export function attachHistorySearch(readline: SearchableLine, linesOf: () => readonly string[]): void {
  const write = readline._ttyWrite.bind(readline)
  let search: { state: SearchState; readonly prompt: string; readonly typed: string } | undefined

  readline._ttyWrite = (text, key) => {
    const isR = key.ctrl === true && key.name === "r"
    if (search === undefined) {
      if (!isR) return write(text, key)
      search = { state: searchStart, prompt: readline.getPrompt(), typed: readline.line }
      return draw()
    }
    if (isR) return step(searchOlder(linesOf(), search.state))
    if (key.name === "backspace") return step(searchFor(search.state.query.slice(0, -1), linesOf(), searchStart))
    if (key.name === "escape" || (key.ctrl === true && key.name === "g")) return leave(search.typed)
    const isText = key.ctrl !== true && key.meta !== true && text !== undefined && /^[^\p{Cc}]+$/u.test(text)
    if (isText) return step(searchFor(search.state.query + text, linesOf(), search.state))
    // Anything else is about the line that was found.
    const isDropped = key.ctrl === true && (key.name === "c" || key.name === "d")
    leave(isDropped ? "" : readline.line)
    return write(text, key)
  }

  function step(state: SearchState): void {
    if (search !== undefined) search.state = state
    draw()
  }

  function draw(): void {
    if (search === undefined) return
    readline.setPrompt(searchPrompt(search.state))
    show(linesOf()[search.state.index] ?? (search.state.query === "" ? search.typed : ""))
  }

  function leave(line: string): void {
    readline.setPrompt(search?.prompt ?? "")
    search = undefined
    show(line)
  }

  function show(line: string): void {
    readline.line = line
    readline.cursor = line.length
    readline._refreshLine()
  }
}
