/** What the audit hook is told: who did what, and how it ended. */
import type { PermissionName } from "./permissions.ts"

/**
 * `done`: carried out. `unauthenticated`: `authorize` said no. `cross-site`: a change asked for by a page of another origin. `forbidden`: a
 * permission was missing. `refused`: the request was wrong, or about something that is not there. `failed`: the server or store behind did not
 * do it, or not in time: it may have happened. `aborted`: the caller went away; it may have happened.
 */
export type AuditOutcome = "done" | "unauthenticated" | "cross-site" | "forbidden" | "refused" | "failed" | "aborted"

/** One request. Holds no payload, no query and no key. */
export interface AuditEntry {
  /** When the request arrived, in ms since the epoch. */
  readonly atMs: number
  /** What `authorize` called the caller; `undefined` when it gave no name. */
  readonly who: string | undefined
  readonly method: string
  /** Name of the route, `runs.cancel`; `undefined` when none is meant. */
  readonly route: string | undefined
  /** The permission that the route needs; `undefined` when there is none for it. */
  readonly permission: PermissionName | undefined
  /**
   * What the path names, at most 200 characters: an id of a run, an event, a workflow; `app/function`. The id of a workflow can hold any character:
   * a log of lines must escape it.
   */
  readonly target: string | undefined
  readonly outcome: AuditOutcome
  readonly status: number
  readonly durationMs: number
}

export type Audit = (entry: AuditEntry) => void | Promise<void>
