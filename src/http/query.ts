export type QueryValue = string | number | boolean | readonly string[] | undefined

/** A path with a query. Lists repeat their name; `undefined` members are left out. */
export function withQuery(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const each of [value].flat()) if (each !== undefined) params.append(name, String(each))
  const text = params.toString()
  return text === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${text}`
}
