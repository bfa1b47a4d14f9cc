/**
 * Stores that each do one thing wrong, and the test of the conformance suite that has to notice. A suite that passes one of them says nothing
 * about the drivers that pass it.
 */
import { memoryStore } from "../../src/store/index.ts"
import type { ListOptions, StoreFlags, WorkflowStore } from "../../src/store/store.ts"
import type { WorkflowState } from "../../src/protocol/workflow.ts"
import { type Page, createPageList } from "../../src/shared/page.ts"
import type { StoreUnderTest } from "../conformance/store.ts"

export interface BrokenStore {
  /** What it does wrong. */
  fault: string
  /** The names of tests that fail. */
  fails: readonly string[]
  flags: StoreFlags
  create: () => StoreUnderTest
}

const soundFlags: StoreFlags = { list: "all", revision: true, watch: false }

/** A memory store with some methods replaced; `store` is the sound one behind. */
function broken(
  fault: string,
  fails: string | readonly string[],
  replace: (store: WorkflowStore) => Partial<WorkflowStore>,
  claims: Partial<StoreFlags> = {},
): BrokenStore {
  const flags = { ...soundFlags, ...claims }
  return {
    fault,
    fails: typeof fails === "string" ? [fails] : fails,
    flags,
    create: () => {
      const store = memoryStore()
      // The other connection is sound, and on the same data.
      return { store: { ...store, flags, probe: async () => flags, ...replace(store) }, another: () => store }
    },
  }
}

/** A store whose loads and lists give changed states. */
function changing(fault: string, fails: string, change: (state: WorkflowState) => WorkflowState): BrokenStore {
  return broken(fault, fails, (store) => ({
    load: async (...given) => {
      const state = await store.load(...given)
      return state && change(state)
    },
    loadWithRevision: async (...given) => {
      const loaded = await store.loadWithRevision(...given)
      return loaded.state === null ? loaded : { ...loaded, state: change(loaded.state) }
    },
    list: (options) => pages(store, options, ({ data, ...page }) => ({ ...page, data: data.map(change) })),
  }))
}

/** A store that takes one id for another. */
function merging(fault: string, fails: string, key: (id: string) => string): BrokenStore {
  return broken(fault, fails, (store) => ({
    save: (state, options) => store.save(state, { ...options, key: key(options?.key ?? state.workflowId) }),
    load: (id, options) => store.load(key(id), options),
    delete: (id, options) => store.delete(key(id), options),
  }))
}

function pages(
  store: WorkflowStore,
  options: ListOptions | undefined,
  change: (page: Page<WorkflowState>) => Page<WorkflowState>,
): ReturnType<WorkflowStore["list"]> {
  const list = store.list(options)
  return createPageList(
    async () => change(await list),
    async (cursor) =>
      change(
        await store.list({
          order: "id",
          ...options,
          limit: options?.limit ?? 100,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      ),
  )
}

async function everything(store: WorkflowStore, options: ListOptions): Promise<WorkflowState[]> {
  const all: WorkflowState[] = []
  for await (const state of store.list({ ...options, limit: 100 })) all.push(state)
  return all
}

const throughPlainJson = (value: unknown): never =>
  JSON.parse(
    JSON.stringify(value, (_name, member: unknown) => (typeof member === "bigint" ? Number(member) : member)),
  ) as never

/** Pages by position instead of by what was last seen. */
const byOffset = (fault: string, fails: readonly string[]): BrokenStore =>
  broken(fault, fails, (store) => ({
    list: (options = {}) => {
      const { cursor, limit = 50, order = "receipt", ...rest } = options
      const fetchPage = async (from: string | undefined, by: "receipt" | "id"): Promise<Page<WorkflowState>> => {
        const offset = Number(from ?? 0)
        const all = await everything(store, { ...rest, order: by })
        const next = offset + limit
        return { data: all.slice(offset, next), ...(next < all.length ? { cursor: String(next) } : {}) }
      }
      return createPageList(
        () => fetchPage(cursor, order),
        (from) => fetchPage(from, options.order ?? "id"),
      )
    },
  }))

/** A store that keeps the objects it is given. */
function keepingObjects(store: WorkflowStore): Partial<WorkflowStore> {
  const kept = new Map<string, WorkflowState>()
  return {
    async save(state, options) {
      const result = await store.save(state, options)
      const id = options?.key ?? state.workflowId
      kept.set(id, Object.assign(state as WorkflowState, { ...(await store.load(id)), ...state }))
      return result
    },
    load: async (id, options) => ((await store.load(id, options)) === null ? null : (kept.get(id) ?? null)),
  }
}

function lookingFirst(store: WorkflowStore): Partial<WorkflowStore> {
  return {
    save: async (state, { ifRevision, ...options } = {}) => {
      if (ifRevision !== undefined && (await store.loadWithRevision(state.workflowId)).revision !== ifRevision)
        return store.save(state, { ...options, ifRevision })
      await yieldOnce()
      return store.save(state, options)
    },
  }
}

function listingOwnSaves(store: WorkflowStore): Partial<WorkflowStore> {
  const own = new Set<string>()
  return {
    save: async (state, options) => {
      own.add(state.workflowId)
      return store.save(state, options)
    },
    list: (options) =>
      pages(store, options, ({ data, ...page }) => ({
        ...page,
        data: data.filter(({ workflowId }) => own.has(workflowId)),
      })),
  }
}

const yieldOnce = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve))

export const brokenStores: readonly BrokenStore[] = [
  broken("saves only the first time", "a second save replaces the whole document", (store) => ({
    save: async (state, options) =>
      (await store.load(options?.key ?? state.workflowId)) === null ? store.save(state, options) : {},
  })),
  broken("merges a save into what is stored", "a second save replaces the whole document", (store) => ({
    save: async (state, options) =>
      store.save({ ...(await store.load(options?.key ?? state.workflowId)), ...state }, options),
  })),
  broken("keeps what is deleted", "a deleted workflow is absent and can be saved again", () => ({
    delete: async () => {},
  })),
  broken("refuses to delete what is absent", "a workflow that was never saved is absent", (store) => ({
    delete: async (id, options) => {
      if ((await store.load(id, options)) === null) throw new Error("not found")
      return store.delete(id, options)
    },
  })),
  broken("gives an empty state for an absent one", "a workflow that was never saved is absent", (store) => ({
    load: async (id, options) =>
      (await store.load(id, options)) ?? ({ ...(await throughSave(id)), status: "running" } as WorkflowState),
  })),
  broken("deletes by prefix", "deleting one workflow leaves the others", (store) => ({
    delete: async (id, options) => {
      await store.delete(id, options)
      if (id !== "")
        for (const state of await everything(store, {}))
          if (state.workflowId.startsWith(id)) await store.delete(state.workflowId)
    },
  })),
  broken(
    "takes the document's id for the key",
    "a state is stored under the key that is given, whatever id it holds",
    (store) => ({
      save: (state, { key: _key, ...options } = {}) => store.save(state, options),
    }),
  ),
  broken("checks nothing", "a state that is none is refused with its path, and changes nothing", (store) => ({
    save: async (state, options) => store.save(state, options).catch(() => ({})),
  })),
  merging("merges ids by case", "ids of every shape are workflows of their own", (id) => id.toLowerCase()),
  merging("trims ids", "ids of every shape are workflows of their own", (id) => id.trim() || id),
  merging("normalises Unicode in ids", "ids of every shape are workflows of their own", (id) => id.normalize("NFC")),
  merging("takes a slash for a colon", "ids of every shape are workflows of their own", (id) =>
    id.replaceAll("/", ":"),
  ),
  merging("decodes ids once more", "ids of every shape are workflows of their own", (id) => {
    try {
      return decodeURIComponent(id)
    } catch {
      return id
    }
  }),
  merging("loses what follows a #", "ids of every shape are workflows of their own", (id) =>
    id.replace(/(.)#.*/s, "$1"),
  ),
  merging("takes any id", "an id that no URL carries is refused, by every verb", (id) => id || "nameless"),
  changing("rounds integers", "integers beyond 2^53 keep their digits, in values, ids and durations", throughPlainJson),
  changing("drops the sign of zero", "negative zero stays", throughPlainJson),
  changing(
    "drops unknown members",
    "members that the package does not know are kept",
    ({ extra: _extra, ...state }) => state,
  ),
  changing("takes no history for an empty one", "no history and an empty one are two things", (state) => ({
    ...state,
    history: state.history ?? [],
  })),
  changing("cuts times to milliseconds", "times keep nanoseconds, zone and spelling", (state) => ({
    ...state,
    createdAt: state.createdAt.replace(/(\.\d{3})\d+/, "$1"),
  })),
  changing("moves times to UTC", "times keep nanoseconds, zone and spelling", (state) => ({
    ...state,
    updatedAt: state.updatedAt.replace(/[+-]\d\d:\d\d$/, "Z"),
  })),
  changing("knows four statuses", "a status may be any text", (state) => ({
    ...state,
    status: ["running", "completed", "failed", "canceled"].includes(state.status) ? state.status : "running",
  })),
  changing("replaces half surrogate pairs", "values of every kind come back as they were", (state) => ({
    ...state,
    input: typeof state.input === "string" ? state.input.toWellFormed() : state.input,
  })),
  changing(
    "keeps a thousand entries of a history",
    "a document of 10 MB and a history of 10 000 entries are kept whole",
    (state) => ({ ...state, history: state.history && state.history.slice(0, 1_000) }),
  ),
  changing("cuts texts at 8 MiB", "a document of 10 MB and a history of 10 000 entries are kept whole", (state) => ({
    ...state,
    input: typeof state.input === "string" ? state.input.slice(0, 2 ** 23) : state.input,
  })),
  broken("lists no ids with a slash", "ids of every shape are listed once, in either order", (store) => ({
    list: (options) =>
      pages(store, options, ({ data, ...page }) => ({
        ...page,
        data: data.filter(({ workflowId }) => !workflowId.includes("/")),
      })),
  })),
  broken(
    "keeps the objects it is given",
    "changing what was saved, loaded or listed changes nothing in the store",
    keepingObjects,
  ),
  broken(
    "does not look at the signal",
    "a call whose signal has ended throws that signal's reason and does nothing",
    (store) => ({
      save: (state, { signal: _signal, ...options } = {}) => store.save(state, options),
    }),
  ),
  broken(
    "wraps the signal's reason",
    "a call whose signal has ended throws that signal's reason and does nothing",
    (store) => ({
      load: async (id, options) => {
        try {
          return await store.load(id, options)
        } catch (cause) {
          if (options?.signal?.aborted) throw new Error("aborted", { cause })
          throw cause
        }
      },
    }),
  ),
  broken(
    "has one revision for all",
    "a revision changes with every save, also of the same document, and never comes back",
    (store) => ({
      save: async (state, options) => ({ ...(await store.save(state, options)), revision: "1" }),
    }),
  ),
  broken(
    "makes revisions of the content",
    "a revision changes with every save, also of the same document, and never comes back",
    (store) => ({
      save: async (state, options) => ({ ...(await store.save(state, options)), revision: state.runId ?? "" }),
    }),
  ),
  broken("ignores ifRevision", "a save with the stored revision is taken, with an older one refused", (store) => ({
    save: (state, { ifRevision: _ifRevision, ...options } = {}) => store.save(state, options),
  })),
  broken("takes null for no condition", "a save that must create is refused where there is a workflow", (store) => ({
    save: (state, { ifRevision, ...options } = {}) =>
      store.save(state, ifRevision == null ? options : { ...options, ifRevision }),
  })),
  broken(
    "creates when the revision's workflow is gone",
    "a revision of a workflow that is gone, or of none, is refused",
    (store) => ({
      save: async (state, { ifRevision, ...options } = {}) =>
        store.save(
          state,
          ifRevision === undefined || (await store.load(state.workflowId)) === null
            ? options
            : { ...options, ifRevision },
        ),
    }),
  ),
  broken(
    "looks first and writes then",
    [
      "of saves at the same time with one revision exactly one is taken",
      "of 1000 races between two connections each has one winner, whose document is the one that stays",
      "writers that load, change and save by revision lose no change",
    ],
    lookingFirst,
  ),
  broken("changes its flags", "the flags are the ones that are documented, before any other call and after", () => ({
    probe: async () => ({ list: "own-saves", revision: true, watch: false }),
  })),
  broken(
    "lists oldest first",
    "a list is in the order of receipt, newest first, and a save moves to the front",
    (store) => ({
      list: (options) => pages(store, options, ({ data, ...page }) => ({ ...page, data: data.toReversed() })),
    }),
  ),
  broken(
    "lists by first save",
    "a list is in the order of receipt, newest first, and a save moves to the front",
    (store) => {
      const born: string[] = []
      return {
        save: async (state, options) => {
          const result = await store.save(state, options)
          if (!born.includes(state.workflowId)) born.push(state.workflowId)
          return result
        },
        list: (options) =>
          pages(store, options, ({ data, ...page }) => ({
            ...page,
            data: data.toSorted((left, right) => born.indexOf(right.workflowId) - born.indexOf(left.workflowId)),
          })),
      }
    },
  ),
  broken("lists ids in the order of UTF-16", "a list by id is in the order of code points", (store) => ({
    list: (options) =>
      pages(store, options, ({ data, ...page }) => ({
        ...page,
        data:
          options?.order === "id"
            ? data.toSorted((left, right) => (left.workflowId < right.workflowId ? -1 : 1))
            : data,
      })),
  })),
  broken("filters after the limit", "a status filters exactly, before the limit; an empty one is any", (store) => ({
    list: ({ status, ...options } = {}) =>
      pages(store, options, ({ data, ...page }) => ({
        ...page,
        data: data.filter((state) => !status || state.status === status),
      })),
  })),
  broken(
    "filters without regard to case",
    "a status filters exactly, before the limit; an empty one is any",
    (store) => ({
      list: ({ status, ...options } = {}) =>
        pages(store, options, ({ data, ...page }) => ({
          ...page,
          data: data.filter((state) => !status || state.status.toLowerCase() === status.toLowerCase()),
        })),
    }),
  ),
  broken(
    "gives a cursor with every page",
    "a page holds 50 unless told, 100 at most, and has a cursor only when more follow",
    (store) => ({
      list: (options) => pages(store, options, (page) => ({ ...page, cursor: page.cursor ?? "MQ" })),
    }),
  ),
  broken(
    "gives no cursor",
    "a page holds 50 unless told, 100 at most, and has a cursor only when more follow",
    (store) => ({
      list: (options) => pages(store, options, ({ data }) => ({ data })),
    }),
  ),
  broken("takes any limit", "a limit, order, status or cursor that is none is refused with its name", (store) => ({
    list: (options) =>
      store.list({ ...options, limit: Math.max(1, Math.min(100, Math.trunc(options?.limit ?? 50) || 50)) }),
  })),
  broken(
    "begins again at a cursor it does not know",
    "a limit, order, status or cursor that is none is refused with its name",
    (store) => ({
      list: (options = {}) => {
        const { cursor, ...rest } = options
        return createPageList(
          async () => {
            try {
              return await store.list(options)
            } catch (error) {
              if (cursor === undefined) throw error
              return store.list(rest)
            }
          },
          async () => await store.list(rest),
        )
      },
    }),
  ),
  byOffset("pages by position", [
    "a walk by id is complete while others write",
    "a walk by receipt shows none twice, and all that nobody touches",
    "walks stay right while two connections write without waiting for them",
    "a walk goes on when the workflow it stopped at is gone",
  ]),
  changing("forgets the names of signals", "what was saved is loaded, every field of it", (state) => ({
    ...state,
    history: state.history && state.history.map((entry) => ({ ...entry, signalName: "" })),
  })),
  changing("leaves out what is empty", "what is left out is Go's zero value", (state) => {
    const kept = Object.entries(state).filter(([, value]) => value !== "" && value !== null)
    return Object.fromEntries(kept) as unknown as WorkflowState
  }),
  broken("keeps what it once loaded", "of many saves the last is the one that stays", (store) => {
    const seen = new Map<string, WorkflowState>()
    return {
      load: async (id, options) => {
        const state = seen.get(id) ?? (await store.load(id, options))
        if (state !== null) seen.set(id, state)
        return state
      },
    }
  }),
  changing("cuts what is deep", "a document of 1500 levels is kept whole", (state) => {
    let inner = state.input
    for (let level = 0; level < 1_000 && Array.isArray(inner); level++) inner = inner[0] ?? null
    if (Array.isArray(inner)) inner[0] = "…"
    return state
  }),
  broken("drops a save that comes during another", "saves at the same time are all there, each whole", (store) => {
    let isSaving = false
    return {
      save: async (state, options) => {
        if (isSaving) return {}
        isSaving = true
        await yieldOnce()
        isSaving = false
        return store.save(state, options)
      },
    }
  }),
  broken("calls revisions weak", "a load gives the revision that the save gave, from any connection", (store) => ({
    loadWithRevision: async (...given) => {
      const loaded = await store.loadWithRevision(...given)
      return loaded.state === null ? loaded : { ...loaded, revision: `W/${loaded.revision}` }
    },
  })),
  broken(
    "has no revisions, and takes them",
    "without revisions a save by revision is refused, and nothing pretends",
    (store) => ({ save: (state, { ifRevision: _ifRevision, ...options } = {}) => store.save(state, options) }),
    { revision: false },
  ),
  broken("has a next page after nothing", "a store without workflows lists none", (store) => ({
    list: (options) => pages(store, options, (page) => ({ cursor: "", ...page })),
  })),
  broken("lists summaries", "a list holds the documents as they are loaded", (store) => ({
    list: (options) =>
      pages(store, options, ({ data, ...page }) => ({
        ...page,
        data: data.map((state) => ({ ...state, input: null })),
      })),
  })),
  broken("takes a list of statuses", "a status of any text can be asked for", (store) => ({
    list: ({ status, ...options } = {}) =>
      store.list(status === undefined ? options : { ...options, status: status.split(",")[0] ?? "" }),
  })),
  broken(
    "files a workflow under its first status",
    "a save moves a workflow from one status to another, a delete takes it out",
    (store) => {
      const first = new Map<string, string>()
      return {
        save: async (state, options) => {
          if (!first.has(state.workflowId)) first.set(state.workflowId, state.status ?? "")
          return store.save(state, options)
        },
        list: ({ status, ...options } = {}) =>
          pages(store, options, ({ data, ...page }) => ({
            ...page,
            data: data.filter(({ workflowId }) => !status || first.get(workflowId) === status),
          })),
      }
    },
  ),
  broken(
    "skips the first of a further page",
    "the pages of a walk hold every workflow once, in order, filtered or not",
    (store) => ({
      list: (options) =>
        pages(store, options, ({ data, ...page }) => ({
          ...page,
          data: options?.cursor === undefined ? data : data.slice(1),
        })),
    }),
  ),
  broken(
    "lists what it saved itself, and says all",
    "what another connection saves and deletes is listed",
    listingOwnSaves,
  ),
  broken(
    "lists all, and says own saves",
    "a list of own saves holds nothing of others, and loading adds nothing",
    () => ({}),
    { list: "own-saves" },
  ),
  broken("iterates one page", "`for await` gives everything once, by id unless told otherwise", (store) => ({
    list: (options) => {
      const list = store.list(options)
      return createPageList(
        async () => await list,
        async () => ({ data: (await list).data }),
      )
    },
  })),
  broken("iterates by receipt", "`for await` gives everything once, by id unless told otherwise", (store) => ({
    list: (options) => store.list({ order: "receipt", ...options }),
  })),
]

async function throughSave(id: string): Promise<WorkflowState | null> {
  const store = memoryStore()
  await store.save({ workflowId: "x" })
  const state = await store.load("x")
  return state && { ...state, workflowId: id }
}
