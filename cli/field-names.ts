/** What the data of a command's results is called, by the schema that ships. */

interface Definition {
  readonly description?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
  readonly items?: Definition
  readonly anyOf?: readonly Definition[]
}

/** @param title `workflow load`. */
export async function fieldNames(title: string): Promise<readonly string[]> {
  const { default: schema } = await import("./output.schema.json", { with: { type: "json" } })
  const commands: Readonly<Record<string, string>> = schema.commands
  const definitions: Readonly<Record<string, Definition>> = schema.$defs
  const name = commands[title]
  return name === undefined ? [] : [...new Set(namesOf({ $ref: `#/$defs/${name}` }, definitions))]
}

/** Of a list, those of its rows. */
function namesOf(
  { $ref, properties, items, anyOf = [] }: Definition,
  definitions: Readonly<Record<string, Definition>>,
): readonly string[] {
  if ($ref !== undefined) return namesOf(definitions[$ref.slice("#/$defs/".length)] ?? {}, definitions)
  if (items !== undefined) return namesOf(items, definitions)
  return [...Object.keys(properties ?? {}), ...anyOf.flatMap((each) => namesOf(each, definitions))]
}
