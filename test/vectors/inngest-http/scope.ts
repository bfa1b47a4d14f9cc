/** Recorded exchanges that this server can't repeat yet, by what they need. Whoever builds that takes its names out of here. */
export interface OutOfScope {
  needs: string
  /** Whole names, or the beginnings of names when they end in `*`. */
  names: readonly string[]
}

export const outOfScope: readonly OutOfScope[] = [
  {
    needs: "functions and their runs: most are compared in runs.test.ts",
    names: [
      "event-duplicate-id-runs-2",
      "event-get-internal-event-by-id",
      "event-runs-fail",
      "event-runs-ok-*",
      "event-runs-signal",
      "event-runs-sleep",
      "event-runs-wait",
      "run-cancel-again",
      "run-cancel-completed",
      "run-cancel-sleeping",
      "run-get-cancelled",
      "run-get-ok*",
      "run-get-right-after-cancel",
      "run-get-signal-resumed",
      "run-get-sleep",
      "run-get-steps",
      "run-get-wait",
      "run-jobs-completed",
      "run-jobs-sleep",
      "run-metadata",
      "signal-send",
      "checkpoint-async-bad",
      "checkpoint-legacy-prefix",
      "v0-run-cancel-wait",
      "v2-apps",
      "v2-cancel",
      "v2-event-runs",
      "v2-invoke",
      "v2-invoke-idempotency*",
      "v2-rerun",
      "v2-run",
      "v2-run-failed",
      "v2-run-trace",
      "v2-runs",
      "v2-runs-page-*",
      "v2-runs-status-filter",
    ],
  },
  { needs: "what the recorded functions did: compared in graphql.test.ts", names: ["gql-*", "cors-simple-gql"] },
  { needs: "realtime", names: ["realtime-publish-*"] },
  { needs: "connect", names: ["connect-*"] },
  { needs: "MCP", names: ["mcp-*"] },
  { needs: "metrics and traces", names: ["prom", "traces-*"] },
]

export function needOf(name: string): string | undefined {
  const matches = (pattern: string): boolean =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name
  return outOfScope.find(({ names }) => names.some(matches))?.needs
}
