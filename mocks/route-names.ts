/** What failure plans and delays call routes by. */
import type * as table from "../src/protocol/routes.ts"
import { type Route, routes } from "../src/protocol/routes.ts"
import { ConfigError } from "../src/errors.ts"

type TableEntry = (typeof table)[keyof typeof table]

/** A name of the route table: `events.send`, `workflows.save`, `runs.getV2`, … */
export type RouteName = Extract<TableEntry, Route>["name"]

type Noun = RouteName extends infer Name ? (Name extends `${infer First}.${string}` ? First : never) : never
type Call = RouteName extends infer Name ? (Name extends `${infer Base}V${1 | 2}` ? Base : never) : never

/**
 * Which requests are meant: a route by its name (`events.get`), a call of the client in whatever generation of the API it uses (`send`,
 * `runs.list`, `functions.list`), all routes about one thing (`workflows.*`), or everything (`*`).
 */
export type RoutePattern = RouteName | Call | "send" | `${Noun}.*` | "*"

export type RouteTest = (route: Route | undefined) => boolean

/** @throws ConfigError for a name that meets no route. */
export function compileRoutes(pattern: RoutePattern): RouteTest {
  if (pattern === "*") return () => true
  const names = new Set(routes.map(({ name }) => name).filter((name) => isMeant(pattern, name)))
  if (names.size === 0)
    throw new ConfigError(
      `route: ${JSON.stringify(pattern)} is no route`,
      { option: "route" },
      {
        hint: `Routes are: ${routes.map(({ name }) => name).join(", ")}; also send, a name without V1 or V2, "<noun>.*" and "*".`,
      },
    )
  return (route) => route !== undefined && names.has(route.name)
}

function isMeant(pattern: string, name: string): boolean {
  if (pattern === "send") return name === "events.send"
  if (typeof pattern === "string" && pattern.endsWith(".*")) return name.startsWith(pattern.slice(0, -1))
  return name === pattern || (name.startsWith(String(pattern)) && /^V[12]$/.test(name.slice(String(pattern).length)))
}
