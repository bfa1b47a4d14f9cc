/** The REST resources, all of which load with the first call of one: those who send events, or keep states, do without them. */
import { createLateList } from "../shared/page-list.ts"
import type { Api } from "./api.ts"

export function createLateApi(load: () => Promise<Api>): Api {
  return {
    events: {
      list: (options) => createLateList(load, ({ events }) => events.list(options)),
      get: async (...asked) => (await load()).events.get(...asked),
      runs: (...asked) => createLateList(load, ({ events }) => events.runs(...asked)),
    },
    runs: {
      list: (options) => createLateList(load, ({ runs }) => runs.list(options)),
      get: async (...asked) => (await load()).runs.get(...asked),
      trace: async (...asked) => (await load()).runs.trace(...asked),
      jobs: async (...asked) => (await load()).runs.jobs(...asked),
      cancel: async (...asked) => (await load()).runs.cancel(...asked),
      rerun: async (...asked) => (await load()).runs.rerun(...asked),
      wait: async (...asked) => (await load()).runs.wait(...asked),
    },
    functions: {
      list: (options) => createLateList(load, ({ functions }) => functions.list(options)),
      invoke: async (...asked) => (await load()).functions.invoke(...asked),
    },
    apps: {
      list: (options) => createLateList(load, ({ apps }) => apps.list(options)),
      sync: async (...asked) => (await load()).apps.sync(...asked),
    },
    cancellations: {
      create: async (...asked) => (await load()).cancellations.create(...asked),
      list: (options) => createLateList(load, ({ cancellations }) => cancellations.list(options)),
      delete: async (...asked) => (await load()).cancellations.delete(...asked),
    },
    signals: { send: async (...asked) => (await load()).signals.send(...asked) },
  }
}
