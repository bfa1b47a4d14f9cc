// The app that was registered with the recorded server. Its functions are announced here, not run.
import type { Door } from "../../support/vector-http.ts"

const url = "http://127.0.0.1:18300/api/inngest"

/** In the order of the recorded lists. */
const ids = ["sleep", "wait", "ok", "signal", "steps", "fail"] as const

function demoFunction(id: string): object {
  const slug = `demo-app-${id}`
  return {
    id: slug,
    name: `Fn ${id}`,
    triggers: [{ event: `demo/${id}` }],
    steps: {
      step: {
        id: "step",
        name: "step",
        runtime: { type: "http", url: `${url}?fnId=${slug}&stepId=step` },
        retries: { attempts: 1 },
      },
    },
  }
}

export async function announceDemoApp(door: Door): Promise<void> {
  const body = JSON.stringify({
    url,
    deployType: "ping",
    framework: "raw",
    appName: "demo-app",
    sdk: "js:v3.60.0",
    v: "0.1",
    functions: ids.map(demoFunction),
  })
  const { status, body: said } = await door({ method: "POST", path: "/fn/register", body })
  if (status !== 200) throw new Error(`the demo app was refused: ${said}`)
}
