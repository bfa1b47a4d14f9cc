import type { createFunction, eventTrigger } from "../src/functions/index.ts"

interface Kit {
  readonly createFunction: typeof createFunction
  readonly eventTrigger: typeof eventTrigger
}

export interface Step {
  /** The keys. */
  readonly type: string
  /** What stands on the screen behind what stood there before, once they have done their work. */
  readonly see: RegExp
  /** Only there: it takes a person's pace. */
  readonly isForPicture?: boolean
}

export const columns: number
/** What the person's $EDITOR does. */
export const editor: string
/** The command before the session begins. */
export const preparation: readonly string[]
export const steps: readonly Step[]
/** The functions of the app that the session's event starts. */
export function createFunctions(kit: Kit): ReturnType<Kit["createFunction"]>[]
