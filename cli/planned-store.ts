import type { PlannedRequest } from "./result.ts"
import type { OpenStore } from "./open-store.ts"

/** A store for dry runs: what only reads is asked for, what would write is added to the plan. */
export function planStore({ store, name }: OpenStore, planned: PlannedRequest[]): OpenStore {
  const plan = (method: string, id: string, body: unknown): void => {
    planned.push({ method, url: `${name}#${id}`, body, curl: "" })
  }
  return {
    name,
    store: {
      driver: store.driver,
      flags: store.flags,
      probe: (options) => store.probe(options),
      load: (id, options) => store.load(id, options),
      loadWithRevision: (id, options) => store.loadWithRevision(id, options),
      list: (options) => store.list(options),
      async save(state, { key = state.workflowId } = {}) {
        plan("PUT", key, state)
        return {}
      },
      delete: async (id) => plan("DELETE", id, null),
    },
  }
}
