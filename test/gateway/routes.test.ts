/** The decision about each route of the table: what is closed, what is open and by which permission alone. */
import { describe, expect, test } from "vitest"
import { accessOf } from "../../src/gateway/route-access.ts"
import type { Permission } from "../../src/gateway/index.ts"
import { type Route, buildPath, routes } from "../../src/protocol/routes.ts"
import { createFakeFetch, json } from "../support/fake-fetch.ts"
import { everything, openPage } from "./page.ts"

const ulid = "01M80QVQQSZJ5WGK4BNHR1SX0Q"
const open = routes.filter(({ name }) => accessOf(name) !== "closed")
const closed = routes.filter(({ name }) => accessOf(name) === "closed")

const pathOf = ({ path }: Route): string =>
  buildPath(path as "/:id/:key/:app/:fn/:run/:slug/:env", {
    id: ulid,
    key: "k",
    app: "core",
    fn: "ship",
    run: ulid,
    slug: "core-ship",
    env: "prod",
  })

const bodyOf = ({ name }: Route): string | undefined =>
  ({
    "events.send": '{"name":"shop/paid"}',
    "workflows.save": '{"Status":"running"}',
    "signals.send": '{"signal":"s"}',
    "functions.invoke": '{"data":{}}',
    "cancellations.create": "{}",
    "runs.cancelV2": "{}",
    "runs.rerun": "{}",
  })[name]

function ask(route: Route, allow: readonly Permission[], more: object = {}) {
  const upstream = createFakeFetch(() => json({ data: [], ids: [ulid], version: "1.0.0" }))
  const page = openPage({ upstream: upstream.fetch, allow, ...more })
  const body = bodyOf(route)
  const answer = page.request(route.method, pathOf(route), body === undefined ? {} : { body })
  return { answer, page, upstream }
}

test("every route of the table has been decided on", () => {
  expect(open.length).toBeGreaterThan(25)
  expect(open.length + closed.length).toBe(routes.length)
})

test("routes about keys, the account, apps' own calls and the dashboard are closed", () => {
  const names = closed.map(({ name }) => name)
  for (const name of [
    "gql",
    "mcp",
    "v2.signingKeys",
    "v2.eventKeys",
    "functions.register",
    "checkpoint.create",
    "prom",
  ])
    expect(names).toContain(name)
})

describe("a closed route is refused, whatever is allowed, and asks nothing of the server", () => {
  test.each(closed)("$name", async (route) => {
    const { answer, upstream, page } = ask(route, everything)
    expect((await answer).status).toBe(403)
    expect(upstream.requests).toEqual([])
    expect(page.audit[0]).toMatchObject({ route: route.name, outcome: "forbidden", permission: undefined })
  })
})

describe("an open route needs its permission, and no other one will do", () => {
  test.each(open)("$name", async (route) => {
    const access = accessOf(route.name)
    if (access === "closed") throw new Error("it is closed")
    const others = everything.filter((each) => each !== access.permission)
    const refused = ask(route, others)
    expect(await (await refused.answer).json()).toEqual({
      error: `missing permission: ${access.permission}`,
      status: 403,
      permission: access.permission,
    })
    expect(refused.upstream.requests).toEqual([])
    const allowed = ask(route, [access.permission])
    expect([200, 204, 404]).toContain((await allowed.answer).status)
    expect(allowed.page.audit[0]).toMatchObject({ who: "ann", permission: access.permission, route: route.name })
    expect(allowed.page.audit[0]?.outcome).not.toBe("forbidden")
  })
})

describe("nobody gets anywhere who was not let in", () => {
  test.each(routes)("$name", async (route) => {
    const { answer, upstream } = ask(route, everything, { authorize: () => false })
    expect((await answer).status).toBe(401)
    expect(upstream.requests).toEqual([])
  })
})
