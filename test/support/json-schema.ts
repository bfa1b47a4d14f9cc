// As much of JSON Schema as our own schema uses; a keyword that is not known is an error, so that nothing passes for being ignored.
type Schema = Readonly<Record<string, unknown>>

const annotations = new Set(["description", "title", "$schema", "$defs", "commands"])

/** What does not fit, as `path: why`; empty when all does. */
export function schemaErrors(schema: Schema, value: unknown, root: Schema = schema, at = ""): string[] {
  const errors: string[] = []
  const fail = (why: string): void => void errors.push(`${at || "."}: ${why}`)
  for (const [keyword, rule] of Object.entries(schema)) {
    if (annotations.has(keyword)) continue
    switch (keyword) {
      case "$ref": {
        const [, name = ""] = /^#\/\$defs\/(.+)$/.exec(String(rule)) ?? []
        const target = (root.$defs as Record<string, Schema>)[name]
        if (target === undefined) throw new Error(`no ${String(rule)}`)
        errors.push(...schemaErrors(target, value, root, at))
        break
      }
      case "type": {
        const types = Array.isArray(rule) ? (rule as string[]) : [String(rule)]
        if (!types.some((type) => isOf(type, value))) fail(`is no ${types.join(" or ")}: ${JSON.stringify(value)}`)
        break
      }
      case "const":
        if (value !== rule) fail(`is not ${JSON.stringify(rule)}`)
        break
      case "enum":
        if (!(rule as unknown[]).includes(value)) fail(`is none of ${JSON.stringify(rule)}`)
        break
      case "minLength":
        if (typeof value === "string" && value.length < Number(rule)) fail("is too short")
        break
      case "required":
        for (const name of rule as string[]) if (isObject(value) && !Object.hasOwn(value, name)) fail(`lacks ${name}`)
        break
      case "properties":
        for (const [name, inner] of Object.entries(rule as Record<string, Schema>))
          if (isObject(value) && Object.hasOwn(value, name))
            errors.push(...schemaErrors(inner, value[name], root, `${at}.${name}`))
        break
      case "items":
        if (Array.isArray(value))
          for (const [index, item] of value.entries())
            errors.push(...schemaErrors(rule as Schema, item, root, `${at}[${index}]`))
        break
      case "anyOf":
      case "oneOf": {
        const fitting = (rule as Schema[]).filter((each) => schemaErrors(each, value, root, at).length === 0).length
        if (keyword === "oneOf" ? fitting !== 1 : fitting === 0) fail(`fits ${fitting} of ${keyword}`)
        break
      }
      default:
        throw new Error(`unknown keyword ${keyword}`)
    }
  }
  return errors
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case "null":
      return value === null
    case "array":
      return Array.isArray(value)
    case "object":
      return isObject(value)
    case "integer":
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
