// Numbered events through a faulty network, and the count of what arrived: `npm test` runs it small, `npm run soak` large.
import { type Fault, faults } from "./faulty-server.ts"

/** A number from 0 to 1 that depends on nothing but the seed and the place. */
export function chance(seed: number, ...place: readonly number[]): number {
  let hash = seed | 0
  for (const part of [...place, 0x9e37]) {
    hash = Math.imul(hash ^ part, 0x85eb_ca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
    hash ^= hash >>> 16
  }
  return (hash >>> 0) / 2 ** 32
}

/** Faults by event and attempt, so that a seed gives the same ones in whatever order requests arrive. */
export function planFaults(seed: number, share: number): (body: string) => Fault | undefined {
  const attempts = new Map<number, number>()
  return (body) => {
    const number = Number(/"n":(\d+)/.exec(body)?.[1] ?? -1)
    const attempt = (attempts.get(number) ?? 0) + 1
    attempts.set(number, attempt)
    const drawn = chance(seed, number, attempt)
    return drawn < share ? faults[Math.floor((drawn / share) * faults.length)] : undefined
  }
}

export interface NumberedEvent {
  name: string
  id?: string
  data: { n: number }
}

interface Row {
  readonly internalId: string
  readonly id: string
  readonly data: unknown
}

/** What must be empty when nothing got lost, doubled or mixed up. */
export interface Discrepancies {
  /** Numbers of events without a row. */
  lost: number[]
  /** Numbers of events with more than one row. */
  doubled: number[]
  /** Numbers of events whose caller was given another id than the row has. */
  misnamed: number[]
  failed: string[]
}

export interface SentNumbers {
  /** What the caller of each event was given. */
  readonly ids: ReadonlyMap<number, string>
  readonly failed: readonly string[]
}

/** Send so many events, one each, by so many callers at a time. Every second event has an id of its own. */
export async function sendNumbers(
  send: (event: NumberedEvent) => Promise<{ ids: string[] }>,
  { count, callers }: { count: number; callers: number },
): Promise<SentNumbers> {
  const ids = new Map<number, string>()
  const failed: string[] = []
  let next = 0
  const call = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      try {
        const { ids: given } = await send({ name: "soak/numbered", data: { n }, ...(n % 2 ? { id: `own-${n}` } : {}) })
        ids.set(n, given.join(" "))
      } catch (error) {
        failed.push(`${n}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return { ids, failed }
}

export function compareRows(rows: readonly Row[], { ids, failed }: SentNumbers, count: number): Discrepancies {
  const byNumber = Map.groupBy(rows, (row) => (row.data as { n: number }).n)
  const numbers = Array.from({ length: count }, (_, n) => n)
  return {
    lost: numbers.filter((n) => !byNumber.has(n)),
    doubled: numbers.filter((n) => (byNumber.get(n)?.length ?? 0) > 1),
    misnamed: numbers.filter((n) => {
      const row = byNumber.get(n)?.[0]
      return row?.internalId !== ids.get(n) || row?.id !== (n % 2 ? `own-${n}` : row?.internalId)
    }),
    failed: [...failed],
  }
}

/** How often each resource that keeps the process alive is there. */
export function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo().toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/**
 * Let everything that is ending end: resolves when no more resources are active than `before`, or with those that are when that does not come.
 */
export async function resourcesLeft(
  before: Record<string, number>,
  withinMs: number = 3_000,
): Promise<Record<string, number>> {
  for (const untilMs = performance.now() + withinMs; ;) {
    // The turn itself is a resource, so it is over before the count.
    await new Promise((resolve) => setImmediate(resolve))
    const left = Object.entries(activeResources()).filter(([name, count]) => count > (before[name] ?? 0))
    if (left.length === 0 || performance.now() > untilMs)
      return Object.fromEntries(left.map(([name, count]) => [name, count - (before[name] ?? 0)]))
  }
}
