/** `dev --seed file`: what the server is filled with before anybody else gets to it. */
import { createHash } from "node:crypto"
import type { InngestClient, JsonObject, JsonValue, WorkflowStateInput } from "../src/index.ts"
import { usageError } from "./command-error.ts"
import { readJson5 } from "./grammar/json5.ts"
import type { PayloadSource } from "./grammar/payload.ts"
import { toJson } from "./render/json.ts"

export interface Seed {
  readonly events: readonly JsonObject[]
  readonly workflows: readonly JsonObject[]
}

/** @throws CommandError naming the file and the member. */
export async function readSeed(file: string, source: PayloadSource): Promise<Seed> {
  const value = await readJson5(await source.readFile(file), file)
  if (!isObject(value)) throw usageError(`${file}: must be {events: […], workflows: […]}`)
  const unknown = Object.keys(value).find((name) => name !== "events" && name !== "workflows")
  if (unknown !== undefined) throw usageError(`${file}: ${unknown} can't be seeded, only events and workflows`)
  return { events: list(value, "events"), workflows: list(value, "workflows") }

  function list(seed: JsonObject, name: string): JsonObject[] {
    const items = seed[name] ?? []
    if (!Array.isArray(items)) throw usageError(`${file}: ${name} must be a list`)
    return items.map((item, index) => {
      if (!isObject(item)) throw usageError(`${file}: ${name}[${index}] must be an object`)
      return item
    })
  }
}

/** Events without an id get one made of what they are, and those that are there are not sent: starting again with the same file changes nothing. */
export async function sendSeed(seed: Seed, client: InngestClient, signal: AbortSignal): Promise<void> {
  const identified = seed.events.map((event, index) => ({ id: `seed-${index}-${hash(event)}`, ...event }))
  const present = new Set<unknown>()
  for (const name of new Set(seed.events.map((event) => event.name)))
    for await (const { id } of client.events.list({ name: String(name), signal })) present.add(id)
  const events = identified.filter(({ id }) => !present.has(id))
  if (events.length > 0) await client.send(events as unknown as Parameters<InngestClient["send"]>[0], { signal })
  for (const state of seed.workflows) await client.workflows.save(state as unknown as WorkflowStateInput, { signal })
}

function hash(value: JsonObject): string {
  return createHash("sha256").update(toJson(value)).digest("hex").slice(0, 16)
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
