import type { InngestClient } from "../../src/index.ts"
import { isInngestKitError } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { loadEvent } from "../load-event.ts"
import { loadLatest } from "../load-latest.ts"
import { loadWorkflow } from "../load-workflow.ts"
import type { Result } from "../result.ts"

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/i

/** All three are asked at once; an id is of one of them. A server that knows no runs or no states says only that it is none of those. */
export async function run({ operands }: Call, context: Context): Promise<Result> {
  const [text = ""] = operands
  const client = await context.client()
  const looks = [
    ...(text === "_" || ulid.test(text) || isPart(text, context) ? [runOf(client), eventOf(client)] : []),
    workflowOf(),
  ]
  const found =
    (await Promise.all(looks)).find((result) => result !== undefined) ??
    // What takes longer to find, only where nothing goes by that very id.
    (await sentAs()) ??
    (await workflowOf(true))
  if (found !== undefined) return found
  throw new CommandError("not-found", `not found: no run, event or workflow is called ${text}`)

  async function runOf({ runs }: InngestClient): Promise<Result | undefined> {
    const data = await ifThere(async () => runs.get(await context.idOf("run", text), { signal: context.signal }))
    return data === undefined ? undefined : { type: "run", data, next: [`run trace ${data.id}`] }
  }

  async function eventOf({ events }: InngestClient): Promise<Result | undefined> {
    const data = await ifThere(async () => events.get(await context.idOf("event", text), { signal: context.signal }))
    return data === undefined ? undefined : { type: "event", data, next: [`events runs ${data.internalId}`] }
  }

  async function sentAs(): Promise<Result | undefined> {
    const data = await ifThere(() => loadEvent(text, context))
    return data === undefined ? undefined : { type: "event", data, next: [`events runs ${data.internalId}`] }
  }

  async function workflowOf(mayComplete = false): Promise<Result | undefined> {
    const loaded = await ifThere(async () => {
      const { store } = await context.store()
      if (mayComplete) return loadWorkflow(text, store, context)
      return loadLatest(store, await context.idOf("workflow", text), context.signal)
    })
    if (loaded === undefined || loaded.state === null) return undefined
    const { state, revision } = loaded
    return { type: "workflow", data: state, ...(revision === undefined || revision === null ? {} : { revision }) }
  }

  async function ifThere<T>(look: () => Promise<T | null>): Promise<T | undefined> {
    try {
      return (await look()) ?? undefined
    } catch (error) {
      context.signal.throwIfAborted()
      const code = isInngestKitError(error) ? error.code : error instanceof CommandError ? error.kind : undefined
      const isNone = code === "unsupported" || code === "not-found" || code === "usage" || code === "bad-request"
      if (isNone || code === "validation" || code === "server" || code === "api") return undefined
      throw error
    }
  }
}

/** Whether it may stand for an id that was shown. */
function isPart(text: string, { session }: Context): boolean {
  const part = text.toUpperCase()
  return (["run", "event"] as const).some((noun) =>
    (session.shown.get(noun) ?? []).some((id) => part.length >= 4 && (id.endsWith(part) || id.startsWith(part))),
  )
}
