/** What a word or a flag's value is the name or the id of, so that TAB can offer those that there are. */
export type Completes =
  | "event-name"
  | "event"
  | "run"
  | "function"
  | "app"
  | "workflow"
  | "any"
  | "profile"
  | "option"
  | "method"
  | "shell"
  | "field"
