import type { ResultOf, ResultType } from "../result.ts"
import type { View } from "./view.ts"

/** What people see of a type of result, and which ids it has. */
export interface Renderer<T extends ResultType> {
  /** Text for people, without a line break at its end; `""` for nothing. */
  readonly text: (result: ResultOf<T>, view: View) => string
  /** For `-o id`: what the next command takes. */
  readonly ids: (result: ResultOf<T>) => readonly string[]
}
