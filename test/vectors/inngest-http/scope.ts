/** Recorded exchanges that this server can't repeat yet, by what they need. Whoever builds that takes its names out of here. */
export interface OutOfScope {
  needs: string
  /** Whole names, or the beginnings of names when they end in `*`. */
  names: readonly string[]
}

export const outOfScope: readonly OutOfScope[] = [
  { needs: "self-hosted mode with keys", names: ["auth-*"] },
  {
    needs: "functions and their runs",
    names: [
      "app-*",
      "event-duplicate-id-runs-*",
      "event-get-internal-event-by-id",
      "event-runs-*",
      "fn-*",
      "invoke-bad-json",
      "invoke-empty-body",
      "invoke-unknown-function",
      "run-cancel-*",
      "run-get-*",
      "run-jobs-*",
      "run-metadata*",
      "signal-empty-object",
      "signal-unknown",
      "signal-send*",
      "checkpoint-*",
      "v0-*",
      "v2-app*",
      "v2-cancel",
      "v2-event-runs*",
      "v2-function*",
      "v2-invoke*",
      "v2-rerun*",
      "v2-run*",
    ],
  },
  { needs: "bulk cancellations", names: ["cancellations-*"] },
  { needs: "GraphQL", names: ["gql-*", "cors-simple-gql"] },
  {
    needs: "the account, environments, keys and the catalogue of the v2 API",
    names: [
      "v2-account",
      "v2-envs*",
      "v2-keys-*",
      "v2-operations",
      "cors-simple-v2-operations",
      "v2-partner-accounts",
      "v2-sync*",
      "v2-webhooks-list",
    ],
  },
  { needs: "realtime", names: ["realtime-*"] },
  { needs: "connect", names: ["connect-*"] },
  { needs: "MCP", names: ["mcp-*"] },
  { needs: "metrics and traces", names: ["prom", "traces-*"] },
]

export function needOf(name: string): string | undefined {
  const matches = (pattern: string): boolean =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name
  return outOfScope.find(({ names }) => names.some(matches))?.needs
}
