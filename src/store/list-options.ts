/** What a list takes, checked: the same for every driver. */
import { ValidationError } from "../shared/validation-error.ts"
import { describeJson } from "../shared/json-value.ts"
import { type ListOptions, defaultListLimit, maxListLimit } from "./store.ts"

export { createWorkflowList } from "./workflow-list.ts"

/** The page that is asked for. */
export interface ListQuery {
  /** `undefined` = any. */
  status: string | undefined
  limit: number
  cursor: string | undefined
  /** `undefined` only with a cursor, which knows its order. */
  order: "receipt" | "id" | undefined
}

const subject = "workflow list"

/** @throws ValidationError `issues[0].path` names the option. */
export function toListQuery({ status, limit, cursor, order }: ListOptions): ListQuery {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= maxListLimit))
    throw refused("limit", `must be a whole number from 1 to ${maxListLimit}, not ${shown(limit)}`)
  if (order !== undefined && order !== "receipt" && order !== "id")
    throw refused("order", `must be "receipt" or "id", not ${shown(order)}`)
  if (status !== undefined && typeof status !== "string")
    throw refused("status", `must be a string, not ${shown(status)}`)
  if (cursor !== undefined && (typeof cursor !== "string" || cursor === ""))
    throw refused("cursor", `must be one that a list gave, not ${shown(cursor)}`)
  return {
    status: status === "" ? undefined : status,
    limit: limit ?? defaultListLimit,
    cursor,
    order: order ?? (cursor === undefined ? "receipt" : undefined),
  }
}

export function refused(option: "status" | "limit" | "cursor" | "order", message: string): ValidationError {
  return new ValidationError(subject, [{ path: option, message }])
}

function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "string" ? JSON.stringify(value) : describeJson(value)
}
