import type { CommandSpec, Effect } from "./command.ts"

/** What a call may change: of `api` the method says it. */
export function effectOf(command: CommandSpec, operands: readonly string[]): Effect {
  if (command.effectBy === undefined) return command.effect
  const [method = ""] = operands
  switch (method.toUpperCase()) {
    case "GET":
    case "HEAD":
      return "read"
    case "DELETE":
      return "destroy"
    default:
      return "write"
  }
}
