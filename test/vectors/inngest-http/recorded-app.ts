// The functions of the recorder as an app of a new engine, with one run of each.
import { createHandler } from "../../../mocks/handlers/index.ts"
import { toFetch } from "../../../mocks/in-process-fetch.ts"
import { type Script, done, ops, startScripted } from "../../support/scripted-app.ts"

/** What the recorder's functions answered. */
const scripts: Record<string, Script> = {
  "demo-app-ok": () => done({ hello: "world", n: 1 }),
  "demo-app-sleep": () => ops({ id: "s1", op: "Sleep", name: "10m" }),
  "demo-app-wait": ({ steps }) =>
    "w1" in steps
      ? done({ got: null })
      : ops({ id: "w1", op: "WaitForEvent", name: "demo/never", opts: { timeout: "10m" } }),
  "demo-app-signal": ({ steps }) =>
    "g1" in steps
      ? done({ got: steps.g1 })
      : ops({ id: "g1", op: "WaitForSignal", opts: { signal: "my-signal", timeout: "10m" } }),
  "demo-app-steps": ({ steps }) =>
    "a1" in steps
      ? done({ a: steps.a1 })
      : ops({ id: "a1", op: "StepRun", name: "first", displayName: "first", data: { v: 42 } }),
  "demo-app-fail": () => ({
    status: 400,
    headers: { "x-inngest-no-retry": "true" },
    body: { message: "boom", name: "Error", stack: "Error: boom" },
  }),
}

const order = ["sleep", "wait", "ok", "signal", "steps", "fail"]
const url = "http://127.0.0.1:18300/api/inngest"
const functions = order.map((kind) => ({
  id: `demo-app-${kind}`,
  name: `Fn ${kind}`,
  triggers: [{ event: `demo/${kind}` }],
  steps: {
    step: {
      id: "step",
      name: "step",
      runtime: { type: "http", url: `${url}?fnId=demo-app-${kind}&stepId=step` },
      retries: { attempts: 1 },
    },
  },
}))

/** What the app says of itself when it registers. */
export const registration: string = JSON.stringify({
  url,
  appName: "demo-app",
  framework: "raw",
  sdk: "js:v3.60.0",
  functions,
})

export interface RecordedApp {
  /** Answers when all that the request set off has been done. */
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Let time pass, and everything happen that is due. */
  advance(duration: string): Promise<void>
  /** By the kind of function: the event that was sent to it, and its run. */
  readonly events: Readonly<Record<string, string>>
  readonly runs: Readonly<Record<string, string>>
  /** The same text, with ids of the recording as they are here. */
  translate(text: string): string
}

export async function startRecordedApp(): Promise<RecordedApp> {
  const app = await startScripted(scripts, { isSynced: false })
  const fetch = toFetch(createHandler({ engine: app.engine }), "http://kit.test")
  const events: Record<string, string> = {}
  const runs: Record<string, string> = {}
  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(path, init)
    await app.engine.idle()
    return response
  }
  await ask("/fn/register", { method: "POST", body: registration })
  for (const kind of order) {
    events[kind] = await app.send(`demo/${kind}`, { f: kind })
    runs[kind] = app.engine.reads.runsOfEvent(events[kind] ?? "")[0]?.id ?? ""
  }
  const translate = (text: string): string =>
    text.replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, (id) => {
      const kind = recordedEvents[id] ?? recordedRuns[id]
      return (kind === undefined ? undefined : (id in recordedEvents ? events : runs)[kind]) ?? id
    })
  return { ask, advance: app.advance, events, runs, translate }
}

/** Ids of the recording, and whose they are. */
const recordedEvents: Readonly<Record<string, string>> = {
  "01M80QR33VZSEDNDYXQQKPGSGR": "ok",
  "01M80QR340EQVH093XJT9WHY8H": "fail",
  "01M80QR342SYRTF5BV2H7TH97Y": "sleep",
  "01M80QR34366FTKZTTBD9N6PD7": "signal",
  "01M80QR345Y6RHJ37K2P6Y2AMX": "wait",
}
const recordedRuns: Readonly<Record<string, string>> = {
  "01M80QR36FSGKGH6EVV6RF87ZY": "ok",
  "01M80RFKRG1N8F9DVWQTH0FCZH": "ok",
  "01M80QR36HQSDFNGCZJYXZ9M6S": "sleep",
  "01M80QVNSAW5QPEY66R2KPB2RG": "sleep",
  "01M80QR36H6JMZGNVR1PADJPRK": "signal",
  "01M80QR36G5VGKB7B45J9WADJ8": "wait",
  "01M80QR36JT16SN50Z4RGN2G19": "steps",
  "01M80QR36JKCBEYPC3PJSJRQTQ": "fail",
}

/** A text without what is another with each run. */
export function lasting(text: string): string {
  return text
    .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, "<ulid>")
    .replace(/\b(?!0{8})[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uuid>")
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "<time>")
    .replace(/\b1[78]\d{11}\b/g, "<ms>")
    .replace(/"durationMs":"\d+"/g, '"durationMs":"<n>"')
    .replace(/"cursor":"[^"]+"/g, '"cursor":"<cursor>"')
    .replace(/("(?:JobID|id)":")[a-z0-9]{8,15}"/g, '$1<job>"')
    .replace(/"outgoing":"[^"]*"/g, '"outgoing":"<step>"')
}
