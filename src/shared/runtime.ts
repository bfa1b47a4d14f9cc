/** The only file that looks at a runtime's own globals. */
interface RuntimeGlobals {
  process?: { env?: Record<string, string | undefined> }
  window?: unknown
  document?: {
    readonly visibilityState?: string
    addEventListener?(type: "visibilitychange", listener: () => void): void
    removeEventListener?(type: "visibilitychange", listener: () => void): void
  }
  location?: { href?: string }
}

const runtime = globalThis as RuntimeGlobals

/**
 * An environment variable; `undefined` when unset, empty, or in a runtime without an environment (browsers) or without leave to read it (Deno, which has `process`, too).
 */
export function readEnv(name: string): string | undefined {
  try {
    return runtime.process?.env?.[name] || undefined
  } catch {
    return undefined
  }
}

/** Whether this code runs in a page, where every user can read what it holds. Workers of a page count when they have a location but no process. */
export function isPage(): boolean {
  return runtime.window !== undefined && runtime.document !== undefined
}

/** Address of the page or worker, against which relative base URLs are resolved; `undefined` where there is none. */
export function pageURL(): string | undefined {
  const href = runtime.location?.href
  return href !== undefined && /^https?:/.test(href) ? href : undefined
}

/** Whether the page is in a hidden tab or window; never outside of pages. */
export function isPageHidden(): boolean {
  return runtime.document?.visibilityState === "hidden"
}

/** Call `listener` when the page is hidden or shown again. The returned function ends that. */
export function onPageVisibility(listener: () => void): () => void {
  const { document } = runtime
  document?.addEventListener?.("visibilitychange", listener)
  return () => document?.removeEventListener?.("visibilitychange", listener)
}
