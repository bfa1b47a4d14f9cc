/** How much of a yes a change needs, by what it does, to how many things, and where. Pure. */
import type { Change } from "./effects.ts"

export type Demand =
  | { readonly kind: "nothing" }
  | { readonly kind: "yes" }
  /** This very text has to be typed. */
  | { readonly kind: "typed"; readonly text: string; readonly ask: string }

export function demandOf({ effect, verb, ids }: Change, isProtected: boolean): Demand {
  const isMany = ids.length > 1
  if (!isProtected) return effect === "write" && !isMany ? { kind: "nothing" } : { kind: "yes" }
  if (isMany) {
    const text = `${verb} ${ids.length}`
    return { kind: "typed", text, ask: `Type  ${text}  to go on: ` }
  }
  if (effect === "write") return { kind: "yes" }
  const [id = verb] = ids
  return { kind: "typed", text: id, ask: "Type its id: " }
}
