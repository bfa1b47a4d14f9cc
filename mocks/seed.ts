/** What a mock or server begins with. */
import type { EventPayload } from "../src/protocol/event.ts"
import { encodeWorkflowPath } from "../src/protocol/workflow-path.ts"
import { type WorkflowStateInput, encodeState } from "../src/protocol/workflow.ts"
import { ConfigError, ValidationError } from "../src/errors.ts"
import type { Engine } from "./engine/engine.ts"
import { toDraft } from "./event-draft.ts"
import { refuseUnknown } from "./options.ts"
import { type SeedRun, toSeededRun } from "./seed-run.ts"

export interface MockSeed {
  /** Received in this order, now. They are listed as any other event, and are not in `sent()`. */
  events?: readonly EventPayload[]
  /** Saved in this order: the last one is the first of the list. */
  workflows?: readonly WorkflowStateInput[]
  /** Runs as if they had happened: nothing is called for them, and those that have not ended stay so until they are cancelled. */
  runs?: readonly SeedRun[]
}

const seedParts = { events: true, workflows: true, runs: true } satisfies Record<keyof MockSeed, true>

/**
 * Put a seed into an engine, at once.
 *
 * @returns the internal ids of its events.
 * @throws ValidationError `issues` name the event or field. ConfigError for a part that is unknown.
 */
export function plant(engine: Engine, seed: MockSeed): readonly string[] {
  refuseUnknown(seed, seedParts, "seed")
  const { events = [], workflows = [], runs = [] } = seed
  for (const [part, list] of Object.entries({ events, workflows, runs }))
    if (!Array.isArray(list)) throw new ConfigError(`seed: ${part}: must be a list`, { option: "seed" })
  // All of it is checked before any of it is stored.
  const drafts = events.map((event, index) => toDraft(event, `events[${index}]`))
  const documents = workflows.map((state, index) => {
    const document = encodeState(state)
    checkId(state.workflowId, `workflows[${index}].workflowId`)
    return { state, document }
  })
  const seeded = runs.map((run, index) => toSeededRun(run, `runs[${index}]`, engine.clock.now()))
  const before = engine.reads.lastPlace()
  const done = [
    // A millisecond early: events that are sent next bring ids from their sender's seed, and come after these.
    engine.receive(drafts, undefined, engine.clock.now() - 1),
    ...documents.map(({ state, document }) => engine.save(state.workflowId, document, state.status ?? "")),
    ...seeded.map((run) => engine.seedRun(run)),
  ]
  // A log that fails halts the engine, which then says so to every request.
  for (const each of done) each.catch(() => {})
  return engine.reads.arrived(undefined, before).map(({ internalId }) => internalId)
}

/** What no store takes could not be loaded, nor deleted. */
function checkId(id: string, path: string): void {
  // Callers without types may leave it out; it would be kept under "undefined".
  const encoded = encodeWorkflowPath(typeof id === "string" ? id : "")
  if (!encoded.ok) throw new ValidationError("seed", [{ path, message: encoded.reason }])
}
