/**
 * `inngest-kit/store/unstorage`: workflow states in any key-value store that unstorage has a driver for.
 *
 * I1  A workflow is one value under one key: written and removed whole.
 * I2  Within a process the reads and writes of one key take turns, whichever store object they come from: drivers such as `fs` show a file
 *     that is half written. From another process such a value is read again, and is an error in the end, never half a document.
 * I3  Receipts grow from save to save: each is greater than the last one known here, than the one in the storage, and than the time. Saves
 *     of two processes at the same moment can have the same one; those are ordered by id.
 */
import { ConfigError, StoreError } from "../../errors.ts"
import { type Clock, systemClock, wait } from "../../shared/clock.ts"
import { compareCodePoints } from "../../shared/code-points.ts"
import { encodeHex } from "../../shared/hex.ts"
import type { Page } from "../../shared/page.ts"
import { type Random, systemRandom } from "../../shared/random.ts"
import { type Turns, createTurns } from "../../shared/turns.ts"
import { createBackedStore } from "../backed-store.ts"
import { type Place, cursorAfter, placeOf } from "../cursor.ts"
import type { ListQuery } from "../list-options.ts"
import type { StoreFlags, WorkflowStore } from "../store.ts"
import { readKey, toKey } from "../unstorage/key.ts"
import { type Value, formatValue, parseValue, textOf } from "../unstorage/value.ts"

/** What is used of an unstorage Storage. */
export interface KeyValueStorage {
  getItemRaw(key: string): Promise<unknown>
  setItemRaw(key: string, value: string): Promise<void>
  removeItem(key: string): Promise<void>
  getKeys(base: string): Promise<string[]>
}

export interface UnstorageStoreOptions {
  /** Keys are `<base>:…` and `<base>-receipt`; letters, digits, `_` and `-`. @default "workflow" */
  base?: string | undefined
  clock?: Clock | undefined
  random?: Random | undefined
}

const flags: StoreFlags = { list: "all", revision: false, watch: false }

/** Values that are read at the same time for a list. */
const readsAtOnce = 32

/** Times that a value which is not whole is read, and the wait before the second one, doubled for each further. */
const maxReads = 6
const firstWaitMs = 5

/** What the stores of one process share about one storage. */
interface Shared {
  turns: Turns
  lastReceipt: number
}

const shared = new WeakMap<object, Shared>()

/**
 * Workflow states in a key-value store, by an unstorage Storage that you make and dispose of.
 *
 * Tested with the drivers memory, fs, redis, indexedb and localstorage. unstorage can't compare and set, so there are no revisions
 * (`flags.revision` is false): of two writers the later wins. It has no indexes either: a page in `receipt` order reads all states, one in
 * `id` order all keys and the states of that page. Good for hundreds of states; past that use `sqlStore`.
 *
 * A save writes two keys. Each takes what the driver takes: `localstorage` holds some 5 million characters in all, and a full one is a
 * StoreError. Keys are base64url, in which letter case counts: a folder for `fs` belongs on a file system that tells cases apart, and to one
 * process at a time.
 *
 * @example
 * ```ts
 * import { createStorage } from "unstorage"
 * import fs from "unstorage/drivers/fs"
 * import { unstorageStore } from "inngest-kit/store/unstorage"
 *
 * const store = unstorageStore(createStorage({ driver: fs({ base: "./states" }) }))
 * ```
 * @throws ConfigError naming the option. The methods throw StoreError `unstorage/save: …` with the driver's error as cause.
 */
export function unstorageStore(storage: KeyValueStorage, options: UnstorageStoreOptions = {}): WorkflowStore {
  const { base = "workflow", clock = systemClock, random = systemRandom } = options
  if (!/^[\w-]{1,40}$/.test(base))
    throw new ConfigError("base: must be letters, digits, _ and -, 40 at most", { option: "base" })
  const receiptKey = `${base}-receipt`
  const state = shared.get(storage) ?? { turns: createTurns(), lastReceipt: 0 }
  shared.set(storage, state)

  return createBackedStore(
    { driver: "unstorage", flags },
    {
      async save(document) {
        const key = keyOf(await toKey(document.id))
        await state.turns(key, async () => {
          const receipt = await nextReceipt()
          await storage.setItemRaw(key, formatValue({ ...document, receipt }, newToken()))
        })
        return { saved: true }
      },
      async load(id, { signal }) {
        const value = await read(keyOf(await toKey(id)), signal)
        return value?.id === id ? value : undefined
      },
      list: (query, { signal }) =>
        placeOf(query).order === "id" ? pageById(query, signal) : pageByReceipt(query, signal),
      async delete(id) {
        const key = keyOf(await toKey(id))
        await state.turns(key, () => storage.removeItem(key))
      },
    },
  )

  function keyOf(name: string): string {
    return `${base}:${name}`
  }

  function newToken(): string {
    return encodeHex(random.bytes(8))
  }

  /** I3 */
  function nextReceipt(): Promise<number> {
    return state.turns(receiptKey, async () => {
      const stored = Number(textOf(await storage.getItemRaw(receiptKey)) ?? 0)
      const receipt = Math.max(state.lastReceipt + 1, (Number.isSafeInteger(stored) ? stored : 0) + 1, clock.now())
      await storage.setItemRaw(receiptKey, String(receipt))
      state.lastReceipt = receipt
      return receipt
    })
  }

  /** I2 */
  async function read(key: string, signal: AbortSignal | undefined): Promise<Value | undefined> {
    for (let turn = 1; ; turn++) {
      const text = await state.turns(key, async () => textOf(await storage.getItemRaw(key)))
      if (text === null) return undefined
      const value = text === undefined ? undefined : parseValue(text)
      if (value !== undefined) return value
      if (turn === maxReads)
        throw new StoreError(
          `unstorage: the value of ${key} is not whole`,
          { workflowId: idOf(key) ?? "" },
          { hint: "Its writer may have died while it wrote, or it is not a workflow: save or delete that workflow." },
        )
      await wait(clock, firstWaitMs * 2 ** (turn - 1), signal)
    }
  }

  /** `undefined` for a hashed one. */
  function idOf(key: string): string | undefined {
    const meaning = readKey(key.slice(base.length + 1))
    return meaning.kind === "id" ? meaning.id : undefined
  }

  async function keys(): Promise<string[]> {
    // Redis may give a key twice while it scans.
    const all = new Set(await storage.getKeys(`${base}:`))
    return [...all].filter((key) => key.startsWith(`${base}:`) && readKey(key.slice(base.length + 1)).kind !== "none")
  }

  async function pageById(query: ListQuery, signal: AbortSignal | undefined): Promise<Page<Value>> {
    const after = placeOf(query).last?.id
    const all = await keys()
    const hashed = await readAll(
      all.filter((key) => idOf(key) === undefined),
      signal,
    )
    const named = all.flatMap((key) => idOf(key) ?? [])
    const ids = [...named, ...hashed.map(({ id }) => id)]
      .filter((id) => after === undefined || compareCodePoints(id, after) > 0)
      .toSorted(compareCodePoints)
    const found: Value[] = []
    const step = Math.min(readsAtOnce, query.limit + 1)
    for (let from = 0; from < ids.length && found.length <= query.limit; from += step) {
      const chunk = ids.slice(from, from + step).map(async (id) => keyOf(await toKey(id)))
      const values = await readAll(await Promise.all(chunk), signal)
      found.push(...values.filter(({ status }) => query.status === undefined || status === query.status))
    }
    return toPage(found, query.limit, "id")
  }

  async function pageByReceipt(query: ListQuery, signal: AbortSignal | undefined): Promise<Page<Value>> {
    const place = placeOf(query)
    const all = await keys()
    let found: Value[] = []
    for (let from = 0; from < all.length; from += readsAtOnce) {
      const values = await readAll(all.slice(from, from + readsAtOnce), signal)
      const wanted = values.filter(
        (value) => (query.status === undefined || value.status === query.status) && isPast(value, place),
      )
      // Only what the page can hold is kept.
      found = [...found, ...wanted].toSorted(newestFirst).slice(0, query.limit + 1)
    }
    return toPage(found, query.limit, "receipt")
  }

  /** Those that are still there. */
  async function readAll(all: readonly string[], signal: AbortSignal | undefined): Promise<Value[]> {
    signal?.throwIfAborted()
    const values = await Promise.all(all.map((key) => read(key, signal)))
    return values.filter((value) => value !== undefined)
  }
}

function newestFirst(left: Pick<Value, "receipt" | "id">, right: Pick<Value, "receipt" | "id">): number {
  return right.receipt - left.receipt || compareCodePoints(left.id, right.id)
}

function isPast(value: Value, place: Place): boolean {
  return place.order === "id" || place.last === undefined || newestFirst(value, place.last) > 0
}

function toPage(found: readonly Value[], limit: number, order: Place["order"]): Page<Value> {
  const data = found.slice(0, limit)
  const last = data.at(-1)
  return { data, ...(found.length > limit && last !== undefined ? { cursor: cursorAfter(order, last) } : {}) }
}
