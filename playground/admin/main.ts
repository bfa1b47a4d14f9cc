/**
 * A small admin page. By default the server is an engine in this tab, seeded below; `?url=http://localhost:8288` talks to a server instead.
 */
import { createClient } from "../../src/index.ts"
import { createInngestMock } from "../../mocks/index.ts"
import { seed } from "./seed.ts"
import { showEvents } from "./views/events.ts"
import { showWorkflows } from "./views/workflows.ts"

const url = new URLSearchParams(location.search).get("url")
const client =
  url === null
    ? createClient({ baseURL: "http://engine.in.this.tab", fetch: createInngestMock({ seed: seed(Date.now()) }).fetch })
    : createClient({ baseURL: url })

const server = document.querySelector("#server")
if (server !== null) server.textContent = url ?? "engine in this tab"

await Promise.all([showEvents(client), showWorkflows(client)])
document.body.dataset.ready = "true"
