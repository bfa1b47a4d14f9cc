import { setupInngestWorker } from "inngest-kit/mocks/browser"

export async function startDemo(): Promise<void> {
  const inngest = setupInngestWorker({ seed: { workflows: [{ workflowId: "order-1", status: "running" }] } })
  await inngest.start({ quiet: true })
  Object.assign(globalThis, { inngest })
}
