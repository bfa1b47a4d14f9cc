/** How the gateway gets at what a client was made with, keys included: by a symbol that no log, JSON or spread shows. */
import type { TransportOptions } from "./transport.ts"

/** Symbol.for, so that a gateway of one copy of this package takes the client of another. */
const settingsSymbol: unique symbol = Symbol.for("inngest-kit.settings") as never

export function keepSettings<Client extends object>(client: Client, settings: () => TransportOptions): Client {
  return Object.defineProperty(client, settingsSymbol, { value: settings })
}

/** `undefined` for what no `createClient` made. */
export function settingsOf(client: unknown): TransportOptions | undefined {
  if (typeof client !== "object" || client === null) return undefined
  return (client as { [settingsSymbol]?: () => TransportOptions })[settingsSymbol]?.()
}
