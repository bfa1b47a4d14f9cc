/**
 * Words of the server that may reach a page: those that clients act on or that tell a person what to change, and that hold nothing but words and
 * numbers. All others are replaced.
 *
 * @source measured, the recorded exchanges of the server
 */
const number = String.raw`\d{1,12}`

export const knownTexts: readonly string[] = [
  "event name is empty",
  "timestamp is before Jan 1, 1980",
  "timestamp is after Jan 1, 2100",
  `Event is over the max size: Max ${number} bytes / Size ${number} bytes`,
  "Event not found",
  "Invalid cursor query parameter",
  "Invalid received_after query parameter",
  "No signal found",
  "Failed to receive signal",
  "Invalid cancellation ID",
  String.raw`(?:(?:app_id|function_id|started_before) is required\n?)+`,
  "started_before must be in the past",
  "[Ff]unction not found",
  "Run not found",
  "Trace not found",
  "App not found",
  `Limit cannot exceed ${number}`,
  "Cursor is invalid",
  "(?:Run|Event) ID must be a valid ULID",
  "Input data is required",
  `Request body cannot exceed ${number} bytes`,
]

const known = new RegExp(`^(?:${knownTexts.join("|")})$`)

export function isKnownText(text: string): boolean {
  return text.length < 200 && known.test(text)
}

export const knownCodes: readonly string[] = [
  "not_found",
  "missing_field",
  "invalid_field_format",
  "validation_error",
  "invalid_request",
  "run_already_ended",
  "run_already_cancelled",
  "not_implemented",
]

export function isKnownCode(code: string): boolean {
  return knownCodes.includes(code)
}
