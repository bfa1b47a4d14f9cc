/** An element with its attributes and children; text is always set as text, so that data is never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** The element that index.html holds under this id. */
export function byId<E extends HTMLElement>(id: string): E {
  const found = document.querySelector<E>(`#${id}`)
  if (found === null) throw new Error(`index.html has no #${id}`)
  return found
}

export function table(headings: readonly string[], rows: readonly HTMLTableRowElement[], empty: string): HTMLElement {
  if (rows.length === 0) return element("p", { class: "empty" }, empty)
  const head = element("tr", {}, ...headings.map((heading) => element("th", { scope: "col" }, heading)))
  return element(
    "div",
    { class: "scroll" },
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)),
  )
}

/** Clock time of an ISO text in the reader's zone, with the full text on hover. */
export function time(iso: string): HTMLTimeElement {
  return element("time", { datetime: iso, title: iso }, new Date(iso).toLocaleTimeString())
}

/** Lines for people: what happened, or what went wrong and what to do. */
export function notice(text: string, isError = false): void {
  const line = byId("notice")
  line.textContent = text
  line.classList.toggle("error", isError)
}
