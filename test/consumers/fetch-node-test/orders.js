// The code under test: no SDK, and fetch is handed in by those who have another one.
const server = process.env["INNGEST_BASE_URL"] ?? "http://localhost:8288"

export async function pay(id, fetch = globalThis.fetch) {
  const event = { name: "shop/order.paid", data: { id } }
  const response = await fetch(`${server}/e/event-key`, { method: "POST", body: JSON.stringify(event) })
  if (!response.ok) throw new Error(`not sent: ${response.status}`)
}

export async function setStatus(order, status, fetch = globalThis.fetch) {
  const body = JSON.stringify({ WorkflowID: order, Status: status })
  await fetch(`${server}/v1/workflows/${encodeURIComponent(order)}`, { method: "PUT", body })
}

export async function statusOf(order, fetch = globalThis.fetch) {
  const response = await fetch(`${server}/v1/workflows/${encodeURIComponent(order)}`)
  return response.status === 404 ? null : (await response.json()).Status
}

export async function forget(order, fetch = globalThis.fetch) {
  await fetch(`${server}/v1/workflows/${encodeURIComponent(order)}`, { method: "DELETE" })
}
