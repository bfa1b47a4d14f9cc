/**
 * Runs that an expression in CEL is true of: `event.data.id == 7`, `output.ok == false`. Only the server's GraphQL can look for them; it gives
 * their ids, and REST the runs, so that they are the same as in any other list.
 *
 * @source measured, vector `gql-runs-cel`
 */
import { type InngestClient, type JsonValue, type Run, isInngestKitError } from "../src/index.ts"
import type { Context } from "./command.ts"
import { CommandError, usageError } from "./command-error.ts"
import { sideBySide } from "./many.ts"

export interface RunQuery {
  /** The expression. */
  readonly where: string
  readonly status: readonly string[]
  /** In full, or within its app. */
  readonly fn: string | undefined
  readonly app: string | undefined
  readonly sinceMs: number | undefined
  readonly untilMs: number | undefined
}

export interface FoundRuns {
  readonly data: readonly Run[]
  readonly cursor?: string
}

/** Asked for at once. @source the server's default */
const pageSize = 40

/** Before any run: the filter wants a time. */
const theBeginning = "2000-01-01T00:00:00Z"

const runsQuery = `query($first: Int!, $after: String, $filter: RunsFilterV2!, $order: [RunsV2OrderBy!]!) {
  runs(first: $first, after: $after, filter: $filter, orderBy: $order) {
    edges { node { id } }
    pageInfo { hasNextPage endCursor }
  }
}`

const namesQuery = `query { apps { id externalID functions { id slug } } }`

/** The last queued first. @throws CommandError `usage` for an expression that is none, `unsupported` where the server can't look for it */
export async function findRuns(
  query: RunQuery,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  context: Context,
): Promise<FoundRuns> {
  const client = await context.client()
  const filter = await toFilter(query, client, context)
  if (filter === undefined) return { data: [] }
  const data: Run[] = []
  let after = cursor
  do {
    const page = await askPage({ first: Math.min(limit - data.length, pageSize), after, filter }, client, context)
    data.push(...(await load(page.ids, client, context)))
    after = page.cursor
  } while (after !== undefined && data.length < limit)
  return { data, ...(after === undefined ? {} : { cursor: after }) }
}

/** Functions and apps go by UUIDs there. @returns `undefined` when there is no such function */
async function toFilter(
  { where, status, fn, app, sinceMs, untilMs }: RunQuery,
  client: InngestClient,
  context: Context,
): Promise<Record<string, JsonValue> | undefined> {
  const filter = {
    query: where,
    from: sinceMs === undefined ? theBeginning : new Date(sinceMs).toISOString(),
    ...(untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }),
    ...(status.length === 0 ? {} : { status: status.map((each) => each.toUpperCase()) }),
  }
  if (fn === undefined && app === undefined) return filter
  const { apps = [] } = (await ask(namesQuery, {}, client, context)) as { apps?: NamedApp[] }
  const ofApp = apps.filter(({ externalID }) => app === undefined || externalID === app)
  if (ofApp.length === 0) return undefined
  if (fn === undefined) return { ...filter, appIDs: ofApp.map(({ id }) => id) }
  const functionIDs = ofApp.flatMap(({ externalID, functions }) =>
    functions.filter(({ slug }) => slug === fn || slug === `${externalID}-${fn}`).map(({ id }) => id),
  )
  return functionIDs.length === 0 ? undefined : { ...filter, functionIDs }
}

interface NamedApp {
  readonly id: string
  readonly externalID: string
  readonly functions: readonly { readonly id: string; readonly slug: string }[]
}

async function askPage(
  { first, after, filter }: { first: number; after: string | undefined; filter: Record<string, JsonValue> },
  client: InngestClient,
  context: Context,
): Promise<{ ids: string[]; cursor: string | undefined }> {
  const order = [{ field: "QUEUED_AT", direction: "DESC" }]
  const variables = { first, filter, order, ...(after === undefined ? {} : { after }) }
  const { runs } = (await ask(runsQuery, variables, client, context)) as { runs?: RunsPage }
  if (runs === undefined) throw cannot("its answer is of another kind")
  const { hasNextPage, endCursor } = runs.pageInfo
  return { ids: runs.edges.map(({ node }) => node.id), cursor: hasNextPage ? (endCursor ?? undefined) : undefined }
}

interface RunsPage {
  readonly edges: readonly { readonly node: { readonly id: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null }
}

async function ask(
  query: string,
  variables: Record<string, JsonValue>,
  client: InngestClient,
  { signal }: Context,
): Promise<Record<string, unknown>> {
  let answer: JsonValue | undefined
  try {
    answer = await client.request("POST", "/v0/gql", { body: { query, variables }, signal })
  } catch (error) {
    signal.throwIfAborted()
    if (!isInngestKitError(error)) throw error
    if (error.code === "not-found") throw cannot("it has no /v0/gql", error)
    if (error.code === "bad-request") throw cannot("its /v0/gql knows no such question", error)
    throw error
  }
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) throw cannot("its /v0/gql is a page")
  const { data, errors } = answer as { data?: JsonValue; errors?: readonly { message?: string }[] }
  const [first] = errors ?? []
  if (first !== undefined)
    throw usageError(`--where: ${first.message ?? "the server does not take it"}`, {
      hint: `Such as  --where "event.data.id == 7 && event.name == 'shop/order.paid'"`,
    })
  return (data ?? {}) as Record<string, unknown>
}

function cannot(why: string, cause?: unknown): CommandError {
  return new CommandError("unsupported", `--where: this server finds no runs by an expression: ${why}`, {
    hint: "Filter by --status, --fn, --app and --since, or pick from all:  runs --all -o ndjson | jq …",
    cause,
  })
}

/** In the order of their ids; one that is gone meanwhile is left out. */
async function load(ids: readonly string[], client: InngestClient, { signal }: Context): Promise<Run[]> {
  const runs: Run[] = []
  for (let start = 0; start < ids.length; start += sideBySide) {
    const part = await Promise.all(ids.slice(start, start + sideBySide).map((id) => client.runs.get(id, { signal })))
    runs.push(...part.filter((run) => run !== null))
  }
  return runs
}
