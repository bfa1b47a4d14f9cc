/** Answers that a failure plan asks for. */
import { anyOrigin, corsHeaders } from "./handlers/cors.ts"
import { type Reply, errorV1, errorV2, textJson } from "./handlers/reply.ts"
import { stringifyJson } from "../src/shared/json.ts"
import type { Route } from "../src/protocol/routes.ts"
import type { StatusFailure } from "./failures.ts"

/** Of these a Response takes no body. */
const bodiless = [204, 205, 304]

/** As the server would say it for this route, so that a client reads it as it reads the server's own; the text tells that it was planned. */
export function plannedAnswer(
  failure: StatusFailure,
  request: Request,
  route: Route | undefined,
  message: string,
): Response {
  const { status } = failure
  const reply = failure.body === undefined ? errorFor(route, status, message) : given(status, failure.body)
  const headers = { ...reply.headers, ...corsHeaders(request, anyOrigin), ...failure.headers }
  return new Response(bodiless.includes(status) ? null : reply.body, { status, headers })
}

function errorFor(route: Route | undefined, status: number, message: string): Reply {
  if (route?.path.startsWith("/v2/") === true) return errorV2(status, "api_error", message)
  if (route?.host !== "event") return errorV1(status, message)
  return textJson(status, `{"ids":[""],"status":${status},"error":${JSON.stringify(message)}}`)
}

function given(status: number, body: NonNullable<StatusFailure["body"]> | null): Reply {
  if (typeof body === "string") return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body }
  const written = stringifyJson(body)
  return { status, headers: { "content-type": "application/json" }, body: written.ok ? written.value : "" }
}

/** The first half of an answer's body, then a broken connection. */
export async function truncate({ status, headers, body }: Response): Promise<Response> {
  const bytes = body === null ? new Uint8Array() : new Uint8Array(await new Response(body).arrayBuffer())
  const half = bytes.subarray(0, Math.floor(bytes.length / 2))
  let isSent = half.length === 0
  const broken = new ReadableStream<Uint8Array>({
    // The error comes with the pull after the bytes, and on a port once those are out: an error at once would take them away again.
    async pull(controller) {
      if (isSent) {
        await nextTask()
        return controller.error(new TypeError("terminated"))
      }
      isSent = true
      controller.enqueue(half)
    },
  })
  const cut = new Headers(headers)
  cut.set("content-length", String(Math.max(bytes.length, 1)))
  return new Response(broken, { status: bodiless.includes(status) ? 200 : status, headers: cut })
}

/** By no timer, since a test may have stopped those. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener("message", () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
}
