import type { Call, Context } from "../command.ts"
import type { Result } from "../result.ts"

/** The app is asked, not the server; no key goes to it. */
export async function run({ operands }: Call, context: Context): Promise<Result> {
  const [url = ""] = operands
  const client = await context.client()
  await context.confirm({
    effect: "write",
    verb: "sync",
    ids: [url],
    ask: `Have ${url} announce its functions again?`,
    would: `${url} would be asked to announce its functions`,
    plan: { sync: url },
  })
  const { modified = null, message = null } = await client.apps.sync(url, { signal: context.signal })
  return { type: "synced", data: { url, modified, message }, next: ["apps", "functions"] }
}
