// Runtimes with one fault each, around a sound one: each must be noticed by the suite for runtimes.
import { callHeaders as names } from "../../src/protocol/headers.ts"
import { type JsonObject, type JsonValue, isJsonObject } from "../../src/shared/json.ts"
import type { Call } from "./run-driver.ts"

export interface BrokenRuntime {
  fault: string
  /** Names of the cases that notice it. */
  fails: readonly string[]
  around(call: Call): Call
}

const withRequest =
  (change: (body: JsonObject, url: URL) => void) =>
  (call: Call): Call =>
  async (request) => {
    const body = (await request.json()) as JsonObject
    const url = new URL(request.url)
    change(body, url)
    return call(new Request(url, { method: "POST", headers: request.headers, body: JSON.stringify(body) }))
  }

const withAnswer =
  (change: (answer: { status: number; headers: Headers; body: JsonValue }) => void) =>
  (call: Call): Call =>
  async (request) => {
    const response = await call(request)
    const answer = {
      status: response.status,
      headers: new Headers(response.headers),
      body: (await response.json()) as JsonValue,
    }
    change(answer)
    return new Response(JSON.stringify(answer.body), { status: answer.status, headers: answer.headers })
  }

const opsOf = (body: JsonValue): JsonObject[] => (Array.isArray(body) ? body.filter((op) => isJsonObject(op)) : [])

export const brokenRuntimes: readonly BrokenRuntime[] = [
  {
    fault: "forgets what the steps gave",
    fails: ["steps run once each, one for each call, and the next ones get their results"],
    around: withRequest((body) => (body.steps = {})),
  },
  {
    fault: "answers a failure as a result",
    fails: [
      "a function that throws is tried again, with the time it asks for, and at the last attempt no more",
      "an uncaught failure of a step fails the run at once",
    ],
    around: withAnswer((answer) => {
      if (answer.status >= 400) answer.status = 200
    }),
  },
  {
    fault: "hashes ids in its own way",
    fails: ["a step that is used again is another step", "a discovery call that may not run steps runs none"],
    around: withAnswer(({ body }) => {
      for (const op of opsOf(body)) op.id = `${String(op.id).slice(1)}0`
    }),
  },
  {
    fault: "takes no notice of the order in which steps ended",
    fails: ["a race is won by the step that ended first, in every later call"],
    around: withRequest((body) => {
      const { stack } = (body.ctx as JsonObject).stack as { stack: string[] }
      stack.sort()
      stack.reverse()
    }),
  },
  {
    fault: "plans the step that it was asked to run",
    fails: ["steps side by side are planned, and run once each when they are asked for"],
    around: withRequest((_body, url) => url.searchParams.set("stepId", "step")),
  },
  {
    fault: "runs what it should plan",
    fails: ["a discovery call that may not run steps runs none"],
    around: withRequest((body) => ((body.ctx as JsonObject).disable_immediate_execution = false)),
  },
  {
    fault: "never gives a step up",
    fails: ["a step that fails is tried again until its attempts are over, then the function gets its error"],
    around: withAnswer(({ body }) => {
      for (const op of opsOf(body)) if (op.op === "StepFailed") op.op = "StepError"
    }),
  },
  {
    fault: "loses what a function returns",
    fails: [
      "a function without steps is answered with what it returns",
      "code that is no step may wait, before steps and between them",
    ],
    around: withAnswer((answer) => {
      if (answer.status === 200) answer.body = null
    }),
  },
  {
    fault: "loses the options of what the server carries out",
    fails: ["what the server carries out is reported, and its result given to the function"],
    around: withAnswer(({ body }) => {
      for (const op of opsOf(body)) if (op.op === "WaitForEvent") op.opts = { event: "a/b" }
    }),
  },
  {
    fault: "does not say when to try again",
    fails: ["a function that throws is tried again, with the time it asks for, and at the last attempt no more"],
    around: withAnswer(({ headers }) => headers.delete(names.retryAfter)),
  },
  {
    fault: "does not say who it is",
    fails: ["every answer says which SDK it is, what it understands, and which call it belongs to"],
    around: withAnswer(({ headers }) => headers.set(names.sdk, "")),
  },
  {
    fault: "has something for every function",
    fails: ["a function that is not there is an error that says so"],
    around: withAnswer((answer) => {
      if (answer.status === 500) Object.assign(answer, { status: 200, body: null })
    }),
  },
]
