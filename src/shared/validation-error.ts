import { InngestKitError, type InngestKitErrorOptions, hasCode } from "./error.ts"

export interface ValidationIssue {
  /** Where in the caller's value: `data.items[0].sku`; `""` is the value itself. */
  path: string
  message: string
}

/** The caller's value is refused; nothing was sent. */
export class ValidationError extends InngestKitError {
  declare readonly name: "ValidationError"
  declare readonly issues: readonly ValidationIssue[]

  /** @param subject what was refused, in a word or two: `event`, `workflow state`. */
  constructor(subject: string, issues: readonly ValidationIssue[], options?: InngestKitErrorOptions) {
    const [{ path, message } = { path: "", message: "not valid" }, ...more] = issues
    const count = more.length === 0 ? "" : ` (and ${more.length} more)`
    const where = path === "" || path === subject ? "" : `${path}: `
    super("validation", `${subject}: ${where}${message}${count}`, options, { issues })
  }
}

/** Of one option: `limit: must be a whole number from 1`. */
export function invalid(option: string, message: string): ValidationError {
  return new ValidationError(option, [{ path: option, message }])
}

export const isValidationError = (error: unknown): error is ValidationError => hasCode(error, "validation")
