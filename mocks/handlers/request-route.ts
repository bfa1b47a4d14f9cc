/** Which route of the table a request means, whether or not anybody answers it. */
import { type Route, workflowsDelete, workflowsList, workflowsLoad, workflowsSave } from "../../src/protocol/routes.ts"
import { matchWorkflowPath } from "../../src/protocol/workflow-path.ts"
import { matchRoute } from "./route-table.ts"

/** @returns `undefined` when no route is meant. */
export function routeOf({ method, url }: { method: string; url: string }): Route | undefined {
  const workflow = matchWorkflowPath(url)
  if (workflow.kind !== "none") return workflowRoute(method, workflow.kind)
  const match = matchRoute(method, partsOf(url)[0])
  return match.kind === "route" ? match.route : undefined
}

/** Path and query of a URL, undecoded. Cut, not parsed, so that a path which parsers would change meets no route. */
export function partsOf(url: string): [path: string, search: string] {
  const [, path = "/", search = ""] = /^[^:]*:\/\/[^/?#]*([^?#]*)\??([^#]*)/.exec(url) ?? []
  return [path === "" ? "/" : path, search]
}

export function workflowRoute(method: string, kind: "list" | "workflow"): Route | undefined {
  if (kind === "list") return method === "GET" ? workflowsList : undefined
  return [workflowsLoad, workflowsSave, workflowsDelete].find((route) => route.method === method)
}
