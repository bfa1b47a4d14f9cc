/** The embedded server: the engine on a port, in memory or on disk. For Node, Bun and Deno; no msw in it. */
import process from "node:process"
import { FastResponse } from "srvx"
import { ConfigError } from "../src/errors.ts"
import type { ReceivedEvent } from "../src/protocol/event.ts"
import { type Clock, systemClock } from "../src/shared/clock.ts"
import type { Duration } from "../src/shared/duration.ts"
import { type Random, systemRandom } from "../src/shared/random.ts"
import { createOriginPolicy } from "./allowed-hosts.ts"
import { type ControlledMock, createControlledMock } from "./control.ts"
import type { MockControls } from "./core.ts"
import { type Claim, type ClaimedDirectory, type Owner, claimDirectory } from "./data-directory.ts"
import { type Engine, createEngine } from "./engine/engine.ts"
import { openSqliteLog } from "./engine/persistence.ts"
import { createGate, readKeys } from "./handlers/gate.ts"
import { type FetchHandler, createHandler } from "./handlers/index.ts"
import { createHttpInvoker } from "./http-invoker.ts"
import { toFetch } from "./in-process-fetch.ts"
import { durationMs, refuseUnknown } from "./options.ts"
import { type ListeningPort, instanceHeader, openPort } from "./port.ts"
import type { MockQuirks } from "./quirks.ts"
import { type Reading, type StoredWorkflows, createReading } from "./reading.ts"
import { type MockSeed, plant } from "./seed.ts"

export { type Difference, type DifferenceReason, differences } from "./differences.ts"
export type { EventListener } from "./arrivals.ts"
export type { MockControls } from "./core.ts"
export type { Failure, FailureLimits, FailurePlan, RequestMatch, StatusFailure } from "./failures.ts"
export type { MockQuirks } from "./quirks.ts"
export type { StoredWorkflows } from "./reading.ts"
export type { MockedRequest } from "./recorded-request.ts"
export type { RouteName, RoutePattern } from "./route-names.ts"
export type { WaitForOptions } from "./wait.ts"
export type { MockSeed } from "./seed.ts"
export type { SeedRun, SeedRunStatus } from "./seed-run.ts"

interface ServerOptions {
  /** Address to listen on. Other than a loopback address it lets the whole network in. @default "127.0.0.1" */
  hostname?: string
  /** Origins whose pages may use the server, besides those of this machine; `"*"` = all. */
  cors?: "*" | readonly string[]
  /**
   * With both keys the server is in self-hosted mode: nothing but `GET /health` is answered without the right one. Senders of events have one of
   * these in their path, clients of workflow states one as bearer. @default dev mode, which asks nobody for a key
   */
  eventKey?: string | readonly string[]
  /** For all the rest, as bearer: an even number of hexadecimal digits. Clients may write `signkey-prod-` before it, or send its hash. */
  signingKey?: string
  /** How long to wait before a failed call of a function is made again. @default 15 s and more, as the real server: see the README */
  retryInterval?: Duration
  /** How long runs that ended, and events, are kept; what goes on is kept in any case. Looked after at the start and each hour. @default for ever */
  keep?: Duration
  /** Told what whoever runs the server should know: options of functions that are not applied, cron ticks that were missed. @default `process.emitWarning` */
  onWarning?: (message: string) => void
  /**
   * Bytes of the largest request body taken; of a workflow state at most 32 MiB, of a body that is no event 4 MiB. Bodies of more than 4 194 304
   * values of JSON are refused, too. @default 67 108 864 (64 MiB)
   */
  maxBodyBytes?: number
  clock?: Clock
  random?: Random
}

export interface ListenOptions extends ServerOptions {
  /** 0 = any that is free. @default 8288 */
  port?: number | undefined
  /** Where it keeps its data; made if need be. Absent: in memory. */
  dataDir?: string
  /** What is there from the start, besides what `dataDir` holds. */
  seed?: MockSeed
  /**
   * For tests in other processes and languages: routes under `/__mock/` that seed, tell what was sent, let requests fail and reset. Every request
   * is kept in memory, and whoever reaches the port may use them. Not with `dataDir`. @default false
   */
  control?: boolean
  /** Traps of the real server that the embedded one does not have. With `control` only. */
  quirks?: MockQuirks
}

const listenOptions = {
  hostname: true,
  port: true,
  cors: true,
  eventKey: true,
  signingKey: true,
  retryInterval: true,
  keep: true,
  onWarning: true,
  maxBodyBytes: true,
  dataDir: true,
  seed: true,
  control: true,
  quirks: true,
  clock: true,
  random: true,
} satisfies Record<keyof ListenOptions, true>

export interface InngestServer {
  /** `http://127.0.0.1:8288` */
  readonly url: string
  readonly port: number
  /** The server as a fetch function, past the port. Answers whatever the host. */
  readonly fetch: typeof globalThis.fetch
  /** Events that were sent, in the order of their arrival; of one name when one is given. Those of the seed are not among them. */
  sent(name?: string): ReceivedEvent[]
  readonly workflows: StoredWorkflows
  /** Finish what is in flight, write it, and let go of port and directory. Idempotent. */
  close(): Promise<void>
}

/** With `control`: what the routes under `/__mock/` do, also for the process that listens. */
export interface ControlledServer extends InngestServer, MockControls {}

export interface OpenDirectoryOptions extends ServerOptions {
  /** Whether an owner listens, so that others can use the directory at the same time. @default true */
  listen?: boolean
  /** @default 8288 if it is free, else any */
  port?: number | undefined
  /** How long to wait for an owner that does not say where it is. @default 10 000 ms */
  waitMs?: number
}

/** The first process owns the directory; the others are told where it listens. */
export type OpenedDirectory =
  | {
      readonly role: "owner"
      /** Where it listens; absent when it was told not to. */
      readonly url?: string
      readonly fetch: typeof globalThis.fetch
      /** Finish what is in flight, write it, and let go of port and directory. Idempotent. */
      close(): Promise<void>
    }
  | {
      readonly role: "client"
      readonly url: string
      /** Whether that owner still listens there: another server may have come by the port since. */
      isStillThere(): Promise<boolean>
    }

const defaultPort = 8288
const defaultMaxBodyBytes = 64 * 1024 * 1024
const defaultWaitMs = 10_000
const pruneEveryMs = 3_600_000
/** For an answer from the same machine. */
const upWithinMs = 2_000

/**
 * Start a server.
 *
 * Nothing is answered before it is written: with `dataDir` every acknowledged event and save survives a crash and a power cut.
 *
 * @throws ConfigError naming the option: one key without the other, a port that is taken, a directory that another process owns, a data file that is
 *     damaged or newer.
 */
export function listen(options: ListenOptions & { control: true }): Promise<ControlledServer>
export function listen(options?: ListenOptions): Promise<InngestServer>
export async function listen(options: ListenOptions = {}): Promise<InngestServer> {
  const { port = defaultPort, dataDir, seed = {}, clock = systemClock, random = systemRandom } = options
  refuseUnknown(options, listenOptions, "listen")
  // Before a directory is taken for it.
  readKeys(options.eventKey, options.signingKey)
  if (options.control === true && dataDir !== undefined)
    throw new ConfigError("control: a reset would empty the data directory", { option: "control" })
  if (options.control !== true && options.quirks !== undefined)
    throw new ConfigError("quirks: only a server with control has them", { option: "quirks" })
  const directory = dataDir === undefined ? undefined : await claimAlone(dataDir, clock, random)
  const running = await run({ ...options, clock, random }, directory, [port])
  const { url, port: listening } = running.port as ListeningPort
  const server = { url, port: listening, fetch: running.fetch, close: running.close }
  const { controls } = running
  if (controls !== undefined) {
    const controlled: ControlledServer = {
      ...controls,
      get requests() {
        return controls.requests
      },
      ...server,
    }
    return controlled
  }
  try {
    const seeded = new Set(plant(running.engine, seed))
    await running.engine.settled()
    const reading: Reading = createReading(
      () => running.engine,
      (internalId) => seeded.has(internalId),
    )
    return { ...server, ...reading }
  } catch (error) {
    await running.close()
    throw error
  }
}

/**
 * Open a data directory that several processes share: become its owner, or learn where the owner listens.
 *
 * A client whose owner goes away opens the directory again; what was acknowledged is there.
 *
 * @throws ConfigError naming the directory and the process that holds it when that does not answer within `waitMs`; else as `listen`.
 */
export async function openDataDirectory(dataDir: string, options: OpenDirectoryOptions = {}): Promise<OpenedDirectory> {
  const { listen: isListening = true, port, waitMs = defaultWaitMs } = options
  const { clock = systemClock, random = systemRandom } = options
  readKeys(options.eventKey, options.signingKey)
  const claim = await claimDirectory(dataDir, { clock, random, waitMs, isUp })
  if (claim.role === "client") {
    const { owner } = claim
    return { role: "client", url: owner.url, isStillThere: () => isUp(owner) }
  }
  const ports = isListening ? (port === undefined ? [defaultPort, 0] : [port]) : []
  const { fetch, close, port: listening } = await run({ ...options, clock, random }, claim.directory, ports)
  return { role: "owner", fetch, close, ...(listening === undefined ? {} : { url: listening.url }) }
}

interface Running {
  readonly engine: Engine
  /** Where they were asked for. */
  readonly controls: MockControls | undefined
  readonly fetch: typeof globalThis.fetch
  readonly port: ListeningPort | undefined
  close(): Promise<void>
}

/** @param ports to try; none: do not listen. */
async function run(
  options: ServerOptions & Pick<ListenOptions, "control" | "seed" | "quirks"> & { clock: Clock; random: Random },
  directory: ClaimedDirectory | undefined,
  ports: readonly number[],
): Promise<Running> {
  const { clock, random, hostname = "127.0.0.1", cors, eventKey, signingKey } = options
  const { maxBodyBytes = defaultMaxBodyBytes } = options
  let engine: Engine | undefined
  let port: ListeningPort | undefined
  let closing: Promise<void> | undefined
  let mock: ControlledMock | undefined
  const invoker = createHttpInvoker()
  const { onWarning = (message) => process.emitWarning(message, "InngestWarning") } = options
  const { retryInterval, keep } = options
  const keepMs = keep === undefined ? undefined : durationMs(keep, "keep")
  let stopPruning = (): void => {}
  const retryIntervalMs = retryInterval === undefined ? undefined : durationMs(retryInterval, "retryInterval")

  async function close(): Promise<void> {
    // In this order: nobody new is sent here, what came is answered, what was answered is on disk, the next owner may come.
    try {
      directory?.withdraw()
      mock?.core.close()
      stopPruning()
      await port?.close()
      engine?.close()
      invoker.close()
    } finally {
      directory?.release()
    }
  }

  try {
    const isAllowedOrigin = createOriginPolicy(cors)
    const keys = readKeys(eventKey, signingKey)
    const gate = keys === undefined ? undefined : await createGate(keys)
    const begin = (asRead: (each: Engine) => Engine = (each) => each): { engine: Engine; handle: FetchHandler } => {
      const log = directory === undefined ? {} : { log: openSqliteLog(directory.logFile) }
      // A life of a controlled mock that has ended calls no functions any more.
      engine?.close()
      const running = createEngine({ clock, random, invoker, retryIntervalMs, signingKey, onWarning, ...log })
      engine = running
      // A controlled mock has bounded the body itself, and hands it on whole.
      const bound = options.control === true ? {} : { maxBodyBytes }
      const handle = createHandler({ engine: asRead(running), gate, isAllowedOrigin, ...bound, Response: FastResponse })
      return { engine: running, handle }
    }
    const { seed = {}, quirks = {} } = options
    if (options.control === true)
      mock = createControlledMock({ begin, clock, seed, quirks, maxBodyBytes }, { gate, isAllowedOrigin })
    const { engine: running, handle } =
      mock === undefined ? begin() : { engine: mock.core.engine(), handle: mock.handle }
    const instance = [...random.bytes(16)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
    if (ports.length > 0) {
      port = await openPort({ hostname, ports, isAllowedOrigin, instance, handle })
      const startedAt = new Date(clock.now()).toISOString()
      directory?.announce({ url: port.url, pid: process.pid, startedAt, instance })
    }
    if (keepMs !== undefined) {
      const prune = (): void => {
        // A log that fails tells whoever asks next.
        ;(engine ?? running).prune(clock.now() - keepMs).catch(() => {})
        stopPruning = clock.setTimer(clock.now() + pruneEveryMs, prune)
      }
      prune()
    }
    return {
      engine: running,
      controls: mock?.core.controls,
      fetch: toFetch(mock?.answer ?? handle, `http://localhost:${port?.port ?? defaultPort}`),
      port,
      close: () => (closing ??= close()),
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function claimAlone(dataDir: string, clock: Clock, random: Random): Promise<ClaimedDirectory> {
  const claim: Claim = await claimDirectory(dataDir, { clock, random, waitMs: defaultWaitMs, isUp })
  if (claim.role === "owner") return claim.directory
  throw new ConfigError(
    `the data directory ${dataDir} is in use by process ${claim.owner.pid}, which listens on ${claim.owner.url}`,
    { option: "dataDir" },
    { hint: "Send your requests there, or name another data directory." },
  )
}

/** Ask the server that an owner announced whether it is that owner's. */
async function isUp({ url, instance }: Owner): Promise<boolean> {
  try {
    const headers = { [instanceHeader]: instance }
    const answer = await fetch(`${url}/health`, { headers, signal: AbortSignal.timeout(upWithinMs), redirect: "error" })
    await answer.body?.cancel()
    return answer.headers.get(instanceHeader) === instance
  } catch {
    return false
  }
}
