import type { MockSeed } from "../../mocks/index.ts"

/** A shop in the middle of its day. */
export function seed(nowMs: number): MockSeed {
  const ago = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString()
  return {
    events: [
      { name: "api/account.created", data: { accountId: "7" }, ts: nowMs - 26 * 60_000 },
      { name: "shop/order.paid", data: { id: 6, total: 12.5 }, ts: nowMs - 9 * 60_000 },
    ],
    workflows: [
      {
        workflowId: "order-5",
        runId: "run-5",
        status: "completed",
        input: { total: 40 },
        result: { shipped: true },
        history: [],
        createdAt: ago(95),
        updatedAt: ago(61),
      },
      {
        workflowId: "order-6",
        runId: "run-6",
        status: "failed",
        input: { total: 12.5 },
        error: "SMTP 421 try later",
        history: [],
        createdAt: ago(9),
        updatedAt: ago(8),
      },
      {
        workflowId: "order-7",
        runId: "run-7",
        status: "running",
        input: { total: 99 },
        history: [
          { id: 1, type: "workflow_started", timestamp: ago(3), input: { total: 99 } },
          { id: 2, type: "activity_completed", timestamp: ago(2), activityName: "charge", durationNs: 350_000_000 },
        ],
        createdAt: ago(3),
        updatedAt: ago(2),
      },
    ],
  }
}
