/** A function as others know it: its id, and what goes in and comes out. */
export interface FunctionReference<Data = unknown, Output = unknown> {
  /** Within its app. */
  readonly id: string
  /** Never there at run time: it carries types. */
  readonly types?: { readonly data: Data; readonly output: Output }
}
