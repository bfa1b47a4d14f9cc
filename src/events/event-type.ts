/** What an event is to its sender: plain objects, or values of an `eventType`. */

/** The fields of an event besides its name and data. */
export interface EventFields {
  /** Two events with the same id start a function once (within a day). @default the internal id */
  id?: string | undefined
  /** When it happened, in ms since the epoch. @default when the server receives it */
  ts?: number | undefined
  /** Version of the event's shape, any text. */
  v?: string | undefined
  user?: object | undefined
}

/** An event to send. */
export interface EventInput<Name extends string = string, Data = object | null> extends EventFields {
  name: Name
  /** A JSON object. */
  data?: Data
}

/** An event as a function receives it, and as a list gives it back. */
export interface InngestEvent<Name extends string = string, Data = unknown> {
  id: string
  name: Name
  data: Data
  /** Milliseconds since the epoch. */
  ts: number
  user?: object
  v?: string
}

/**
 * The part of Standard Schema that is used: zod, valibot, arktype and others have it.
 *
 * @source https://standardschema.dev
 */
export interface StandardSchema<Input = unknown, Output = unknown> {
  readonly "~standard": {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** `object` for a schema that does not tell its types. */
type InputOf<Schema extends StandardSchema> = Schema["~standard"] extends { readonly types?: infer Types }
  ? NonNullable<Types> extends { readonly input: infer Input }
    ? Input
    : object
  : object

/** One value for an event's name, the type of its data, and its schema: to send, and to trigger on and wait for. */
export interface EventType<Name extends string = string, Data = unknown> {
  /** The event to send. Data without required members may be left out. */
  (...args: EventArguments<Data>): EventInput<Name, Data>
  readonly name: Name
  /** Given data is checked against it before it is sent. */
  readonly schema: StandardSchema<Data> | undefined
}

type EventArguments<Data> =
  Record<string, never> extends Data ? [data?: Data, fields?: EventFields] : [data: Data, fields?: EventFields]

/** Symbol.for, so that a type made by one copy of this package is checked by the sender of another. */
const schemaSymbol: unique symbol = Symbol.for("inngest-kit.schema") as never

/**
 * Name an event and the type of its data once.
 *
 * With a schema the data is checked before it is sent, and sent as it was given: defaults and transforms are for whoever reads it.
 */
export function eventType<Name extends string, Data extends object = Record<string, unknown>>(
  name: Name,
): EventType<Name, Data>
export function eventType<Name extends string, Schema extends StandardSchema>(
  name: Name,
  options: { schema: Schema },
): EventType<Name, InputOf<Schema>>
export function eventType(name: string, options: { schema?: StandardSchema } = {}): unknown {
  const { schema } = options
  const create = (data: unknown = {}, fields: EventFields = {}): EventInput<string, unknown> => {
    const event = { name, data, ...fields }
    // Not enumerable: the event still equals the plain object.
    return schema === undefined ? event : Object.defineProperty(event, schemaSymbol, { value: schema })
  }
  return Object.defineProperties(create, { name: { value: name }, schema: { value: schema } })
}

/** The schema of an event that an `eventType` made. */
export function schemaOf(event: object): StandardSchema | undefined {
  return (event as { [schemaSymbol]?: StandardSchema })[schemaSymbol]
}
