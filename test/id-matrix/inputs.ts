import { readFileSync } from "node:fs"
import { METHODS } from "./seen.ts"
import type { RawRequest } from "./raw-socket.ts"

/** A request target, the requests that carry it, and the recorded cases they come from (none if Go never sends it). */
export interface RawTarget {
  readonly target: string
  readonly vectors: readonly string[]
  readonly requests: readonly RawRequest[]
}

interface RecordedStep {
  go: { id?: unknown; state?: { WorkflowID?: unknown } }
  request: { method: string; target: string; headers: [string, string][]; body: string } | null
}

type RecordedCase = RecordedStep & { name: string; steps?: RecordedStep[] }

const recorded = JSON.parse(
  readFileSync(new URL("../fixtures/go-store/id.json", import.meta.url), "utf8"),
) as RecordedCase[]
const cases = recorded.map((vector) => ({ name: vector.name, steps: vector.steps ?? [vector] }))

/** The recorded targets whose path holds a dot segment, plain or escaped. */
export const DOT_VECTORS: readonly string[] = [
  "id-dot",
  "id-dotdot",
  "id-dotdot-middle",
  "id-dotdot-prefix",
  "id-percent-dotdot",
]

/** Every id of the recorded cases that a JavaScript string can hold, and those that are known for trouble. */
export const IDS: readonly string[] = [
  ...new Set([
    ...cases
      .flatMap(({ steps }) => steps.map(({ go }) => go.state?.WorkflowID ?? go.id))
      .filter((id) => typeof id === "string"),
    ".",
    "..",
    "...",
    "/",
    "a/../../admin",
    "..\\..\\x",
    "%2e%2e",
    "a\\b",
    "%",
    "%zz",
    "%2F",
    "%FF",
    "+",
    ":id",
    "*",
    "\ud800",
    "a\udc00b",
    "a\ufffdb",
    "\ufeffa",
    "\0",
    "\u0085\u2028",
    "👩‍👩‍👧‍👦🇩🇪",
    "constructor",
    "__proto__",
    "x".repeat(20_000),
  ]),
]

const route = "/v1/workflows"
const unrecordedTargets = [
  route,
  `${route}?limit=1`,
  `${route}#x`,
  `${route}/?x`,
  `${route}/x?y=${route}/z`,
  `${route}/a#b`,
  `${route}/a?b#c`,
  `/${route}/x`,
  `//${route}/x`,
  `//host${route}/x`,
  `/api${route}/x`,
  "/v1//workflows/x",
  "/V1/Workflows/x",
  "/v1/workflowsx",
  "/v1%2Fworkflows/x",
  "/v1/%77orkflows/x",
  `${route}/%zz`,
  `${route}/a%`,
  `${route}/%ED%A0%80`,
  `${route}/%C0%AF`,
  `${route}/%EF%BB%BFa`,
  `${route}/%0D%0AX:%20y`,
  `${route}/a%252Fb`,
  `${route}/..%2F..%2Fadmin`,
  `${route}/%2e%2e%2Fx`,
  `${route}/..;/x`,
  `${route}/...`,
  "/v1/./workflows/x",
  `${route}/./x`,
  `${route}/a/./b`,
  `${route}/a/..`,
  `${route}/a/../b`,
  `${route}/../events`,
  `${route}/%2e`,
  `${route}/%2E%2E`,
  `${route}/.%2e`,
  `${route}/a\\b`,
  `${route}/x/..\\..\\y`,
  "/v1\\workflows\\x",
  `${route}/a"b<c>`,
  `${route}/{a}\`|^`,
  `${route}/a'b`,
  `${route}/a b`,
  `${route}/a\tb`,
  `${route}/a\u0001b`,
  `${route}/a\u007fb`,
  `${route}/\u00c3\u00a9`, // the bytes of é
  `${route}/a\u00ffb`,
  `${route}/${"x".repeat(15_000)}`,
  `${route}/${"x".repeat(20_000)}`,
  `http://other.test${route}/x`,
  `http://other.test/${route}/a/../b`,
  `https://other.test${route}/x`,
  `HTTP://other.test${route}/a%2Fb`,
  "http://other.test",
  "*",
  "v1/workflows/x",
  "\\v1/workflows/x",
  "?x",
]

function recordedTargets(): RawTarget[] {
  const byTarget = new Map<string, { vectors: Set<string>; requests: RawRequest[] }>()
  for (const { name, steps } of cases) {
    for (const { request } of steps) {
      if (request === null) continue
      const entry = byTarget.get(request.target) ?? { vectors: new Set(), requests: [] }
      byTarget.set(request.target, entry)
      entry.vectors.add(name)
      if (!entry.requests.some(({ method }) => method === request.method)) entry.requests.push(request)
    }
  }
  return [...byTarget].map(([target, { vectors, requests }]) => ({ target, vectors: [...vectors], requests }))
}

/** What is written to raw sockets: every recorded request, and the targets that only other clients send. */
export const TARGETS: readonly RawTarget[] = [
  ...recordedTargets(),
  ...unrecordedTargets.map((target) => ({
    target,
    vectors: [],
    requests: METHODS.map((method) => ({ method, target })),
  })),
]

/** What is given to `fetch` as written, behind an origin: the same targets, as far as they are paths. */
export const PATHS: readonly string[] = TARGETS.map(({ target }) => target).filter((target) => /^[/\\]/.test(target))
