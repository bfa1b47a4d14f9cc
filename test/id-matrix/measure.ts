import { MOCK_DOORS, MOCK_ORIGIN } from "./mocks.ts"
import { RUNTIME_NAMES, startFile } from "./runtimes.ts"
import { IDS, PATHS, TARGETS } from "./inputs.ts"
import { sendRaw } from "./raw-socket.ts"
import type { ClientInput, ClientOutput, Outcome } from "./client.ts"
import type { Child } from "./runtimes.ts"
import type { RawTarget } from "./inputs.ts"
import type { Seen } from "./seen.ts"

/** What became of one input at one place, for each method it was sent with. URLs are without the origin asked for. */
export interface Arrival {
  /** `"bun>node"` (sender > server), the name of a server for raw targets, or the name of a mock. */
  readonly at: string
  readonly outcomes: readonly Outcome[]
}

export interface Measured<Input> {
  readonly input: Input
  readonly arrivals: readonly Arrival[]
}

export interface Matrix {
  /** Targets written to a socket. */
  readonly raw: readonly Measured<RawTarget>[]
  /** Ids sent as `fetch(origin + "/v1/workflows/" + encodeURIComponent(id))`. */
  readonly ids: readonly Measured<string>[]
  /** Paths sent as `fetch(origin + path)`. */
  readonly paths: readonly Measured<string>[]
  /** E.g. `{ bun: "1.4.5" }`. */
  readonly runtimes: Readonly<Record<string, string>>
}

/** Start the servers, send everything everywhere, stop the servers. */
export async function measure(): Promise<Matrix> {
  const children: Child[] = []
  const start = (...args: Parameters<typeof startFile>): Child => {
    const child = startFile(...args)
    children.push(child)
    return child
  }
  try {
    const servers = await Promise.all(
      RUNTIME_NAMES.map(async (name) => ({
        name,
        ...((await start(name, "server.ts").firstLine) as { port: number; version: string }),
      })),
    )
    const origins = Object.fromEntries(servers.map(({ name, port }) => [name, `http://127.0.0.1:${port}`]))
    const input = JSON.stringify({ origins, ids: IDS, paths: PATHS } satisfies ClientInput)
    const [raw, ...outputs] = await Promise.all([
      measureRaw(servers),
      ...RUNTIME_NAMES.map(async (name) => ({
        sender: name,
        output: (await start(name, "client.ts", input).firstLine) as ClientOutput,
      })),
    ])
    const sent = (kind: "ids" | "paths", index: number): Arrival[] =>
      outputs.flatMap(({ sender, output }) =>
        servers.map(({ name }) => arrival(`${sender}>${name}`, output[name]?.[kind][index] ?? [], origins[name] ?? "")),
      )
    const ids = IDS.map((id, index) => ({ input: id, arrivals: sent("ids", index) }))
    const paths = PATHS.map((path, index) => ({ input: path, arrivals: sent("paths", index) }))
    await measureMocks(ids, paths)
    return { raw, ids, paths, runtimes: Object.fromEntries(servers.map(({ name, version }) => [name, version])) }
  } finally {
    await Promise.all(children.map((child) => child.stop()))
  }
}

async function measureRaw(servers: readonly { name: string; port: number }[]): Promise<Measured<RawTarget>[]> {
  const perServer = servers.map(async ({ name, port }) => {
    const host = `127.0.0.1:${port}`
    const arrivals: Arrival[] = []
    for (const { requests } of TARGETS) {
      const outcomes: Outcome[] = []
      for (const request of requests) {
        const headers = (request.headers ?? [["Host", host]]).map(
          ([field, value]) => [field, value.replace("{{HOST}}", host)] as const,
        )
        const { status, body } = await sendRaw(port, { ...request, headers })
        outcomes.push(status === 200 ? { seen: JSON.parse(body) as Seen } : { refused: String(status) })
      }
      arrivals.push(arrival(name, outcomes, `http://${host}`))
    }
    return arrivals
  })
  const columns = await Promise.all(perServer)
  return TARGETS.map((input, row) => ({ input, arrivals: columns.flatMap((column) => column[row] ?? []) }))
}

async function measureMocks(
  ids: { input: string; arrivals: Arrival[] }[],
  paths: { input: string; arrivals: Arrival[] }[],
): Promise<void> {
  const rows = [...ids, ...paths]
  const urls = [
    ...ids.map(
      ({ input }) =>
        () =>
          `${MOCK_ORIGIN}/v1/workflows/${encodeURIComponent(input)}`,
    ),
    ...paths.map(
      ({ input }) =>
        () =>
          MOCK_ORIGIN + input,
    ),
  ]
  for (const [door, send] of Object.entries(MOCK_DOORS)) {
    const results = await send(urls)
    rows.forEach(({ arrivals }, index) => arrivals.push(arrival(door, results[index] ?? [], MOCK_ORIGIN)))
  }
}

function arrival(at: string, outcomes: readonly Outcome[], origin: string): Arrival {
  return {
    at,
    outcomes: outcomes.map((outcome) => {
      if ("refused" in outcome || !outcome.seen.url.startsWith(`${origin}/`)) return outcome
      return { seen: { ...outcome.seen, url: outcome.seen.url.slice(origin.length) } }
    }),
  }
}
