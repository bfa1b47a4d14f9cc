/** Places inside a value: `user.plan`, `items[0].sku`, `data["odd name"]`. Written by `key=…` and `--get`. */
import type { PathSegment } from "./ast.ts"

const segment = /\.?([^.[\]"'=:\s{}]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y

/** The segments of a path, or `undefined` for text that is none. */
export function parsePath(text: string): PathSegment[] | undefined {
  const path: PathSegment[] = []
  segment.lastIndex = 0
  while (segment.lastIndex < text.length) {
    // A dot stands between two names, nowhere else.
    if (text.charAt(segment.lastIndex) === "." && path.length === 0) return undefined
    if (segment.lastIndex > 0 && !/[.[]/.test(text.charAt(segment.lastIndex))) return undefined
    const match = segment.exec(text)
    if (match === null) return undefined
    const [, name, index, quoted] = match
    if (name !== undefined) path.push(name)
    else if (index !== undefined) path.push(Number(index))
    else {
      try {
        path.push(JSON.parse(quoted ?? "") as string)
      } catch {
        return undefined
      }
    }
  }
  return path.length === 0 ? undefined : path
}

export function formatPath(path: readonly PathSegment[]): string {
  let text = ""
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`
    else if (/^[^.[\]"'=:\s{}]+$/.test(part)) text += text === "" ? part : `.${part}`
    else text += `[${JSON.stringify(part)}]`
  }
  return text
}

/** The value there; `undefined` where nothing is. Names are own members, `length` of a list included. */
export function getAt(value: unknown, path: readonly PathSegment[]): unknown {
  let current = value
  for (const part of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return undefined
    current = (current as Record<PathSegment, unknown>)[part]
  }
  return current
}

/**
 * Put a value there; objects and lists on the way are made where nothing is.
 *
 * @returns the path of what is in the way: a text or number that can't hold a member, a list that would get a gap.
 */
export function setAt(root: object, path: readonly PathSegment[], value: unknown): PathSegment[] | undefined {
  let current: object = root
  for (const [depth, part] of path.entries()) {
    const isLast = depth === path.length - 1
    if (Array.isArray(current) !== (typeof part === "number")) return path.slice(0, depth)
    if (Array.isArray(current) && Number(part) > current.length) return path.slice(0, depth)
    const held = Object.hasOwn(current, part) ? (current as Record<PathSegment, unknown>)[part] : undefined
    if (isLast) put(current, part, value)
    else if (typeof held === "object" && held !== null) current = held
    else if (held === undefined) {
      const made: object = typeof path[depth + 1] === "number" ? [] : {}
      put(current, part, made)
      current = made
    } else return path.slice(0, depth + 1)
  }
  return undefined
}

/** Defined, not assigned: `__proto__` is a name like any other. */
function put(target: object, name: PathSegment, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}
