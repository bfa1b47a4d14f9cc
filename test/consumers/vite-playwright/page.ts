// The page under test. With ?demo it brings its own Inngest, and needs no server at all.
const server = "http://localhost:8288"

if (location.search === "?demo") await (await import("./demo.ts")).startDemo()

const output = document.querySelector("output")!
document.querySelector("button")!.addEventListener("click", async () => {
  const event = { name: "shop/order.paid", data: { id: 7 } }
  try {
    const response = await fetch(`${server}/e/event-key`, { method: "POST", body: JSON.stringify(event) })
    output.textContent = response.ok ? "paid" : `failed: ${response.status}`
  } catch {
    output.textContent = "no connection"
  }
})

const { data } = (await (await fetch(`${server}/v1/workflows`)).json()) as {
  data: { WorkflowID: string; Status: string }[]
}
for (const { WorkflowID, Status } of data) {
  const item = document.createElement("li")
  item.textContent = `${WorkflowID}: ${Status}`
  document.querySelector("ul")!.append(item)
}
