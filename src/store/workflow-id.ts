import { ValidationError } from "../shared/validation-error.ts"
import { encodeWorkflowPath } from "../protocol/workflow-path.ts"
import { describeJson } from "../shared/json-value.ts"

/**
 * The path of a workflow id that every store takes. What no URL carries is refused by all drivers alike, so that a state never depends on
 * the driver that happens to be behind it.
 *
 * @param call begins the message, as the Go stores do: `inngest/save`.
 * @throws ValidationError for `""`, `"."`, `".."`, half a surrogate pair, and for what is no text.
 */
export function workflowPath(call: string, id: unknown): string {
  if (typeof id !== "string" && id !== undefined && id !== null) {
    throw refusal(call, `workflow ID must be a string, not ${describeJson(id)}`)
  }
  const encoded = encodeWorkflowPath(id ?? "")
  if (!encoded.ok) throw refusal(call, encoded.reason)
  return encoded.path
}

function refusal(call: string, message: string): ValidationError {
  const error = new ValidationError(call, [{ path: "workflowId", message }])
  // The Go store's text, which names no path.
  error.message = `${call}: ${message}`
  return error
}
