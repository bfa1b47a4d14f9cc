// A recorded request of the Go store, given to the handler. What is compared: that Go's rules call the answer a success, and that a document
// comes out with the meaning it went in with.
import { type JsonValue, equalJson, parseJson } from "../../../src/shared/json.ts"
import { type StoreHandler, type WorkflowStore, createStoreHandler, memoryStore } from "../../../src/store/index.ts"
import { refusalOfGo } from "../../support/go-reader.ts"
import {
  type GoRequest,
  type GoStep,
  type GoVector,
  headerTextOf,
  replyBytes,
  requestBytes,
  stepsOf,
  utf8,
} from "../../support/go-vectors.ts"

/** What is stored where a vector only loads. */
const defaultDocument = '{"WorkflowID":"x","Status":"running"}'

/**
 * @param expected what it is compared with: the vector itself, or a copy with something changed.
 * @param store empty.
 * @returns what differs, in words; empty when nothing does.
 */
export async function runServer(
  vector: GoVector,
  expected: GoVector = vector,
  store: WorkflowStore = memoryStore(),
): Promise<string[]> {
  const handler = createStoreHandler(store, { basePath: basePathOf(vector) })
  const found: string[] = []
  let stored: string | undefined
  const steps = stepsOf(vector)
  for (const [index, step] of steps.entries()) {
    const { request } = step
    if (request === null) continue
    const expectedStep = stepsOf(expected)[index] ?? step
    const note = (text: string): void => void found.push(`step ${index + 1}: ${text}`)
    switch (request.method) {
      case "PUT": {
        const answer = await ask(handler, request, requestBytes(step))
        if (!isSuccessForGo(answer.status)) note(`PUT ${request.target} is answered ${answer.status} ${answer.text}`)
        stored = utf8(requestBytes(expectedStep))
        await compareStored(request, stored, note)
        break
      }
      case "GET": {
        if (stored === undefined && index === 0) {
          const put = await ask(handler, { ...request, method: "PUT" }, documentOf(step))
          if (!isSuccessForGo(put.status)) note(`PUT ${request.target} is answered ${put.status} ${put.text}`)
          stored = utf8(documentOf(expectedStep))
        }
        if (stored === undefined) await compareAbsent(request, note)
        else await compareStored(request, stored, note)
        break
      }
      case "DELETE": {
        const answer = await ask(handler, request)
        if (!isSuccessForGo(answer.status) && answer.status !== 404) note(`DELETE is answered ${answer.status}`)
        stored = undefined
        await compareAbsent(request, note)
        break
      }
      default:
        note(`a ${request.method}`)
    }
  }
  return found

  async function compareStored(request: GoRequest, document: string, note: (text: string) => void): Promise<void> {
    const answer = await ask(handler, { ...request, method: "GET" })
    if (answer.status !== 200) return note(`GET ${request.target} is answered ${answer.status} ${answer.text}`)
    if (answer.type !== "application/json") note(`GET is answered as ${answer.type}`)
    const [a, b] = [parseJson(document), parseJson(answer.text)]
    if (!a.ok || !b.ok || !equalJson(withZeroValues(a.value), b.value))
      note(`stored ${document}, loaded ${answer.text}`)
    const refusal = refusalOfGo(answer.text)
    if (refusal !== undefined && refusalOfGo(document) === undefined) note(`Go does not load it: ${refusal}`)
  }

  async function compareAbsent(request: GoRequest, note: (text: string) => void): Promise<void> {
    const { status } = await ask(handler, { ...request, method: "GET" })
    if (status !== 404) note(`GET of what is absent is answered ${status}`)
  }
}

/** Below 400 the Go store is content, and follows what it must not follow. */
function isSuccessForGo(status: number): boolean {
  return status >= 200 && status < 300
}

/** Documents of a few keys are stored with all of them. */
function withZeroValues(value: JsonValue): JsonValue {
  const zero = { WorkflowID: "", RunID: "", Status: "", Input: null, Result: null, Error: "", History: null }
  const unset = "0001-01-01T00:00:00Z"
  return { ...zero, CreatedAt: unset, UpdatedAt: unset, ...(value as object) }
}

/** The reply that a load was given, where it is a document of Go's spelling. */
function documentOf({ serverReply }: GoStep): Uint8Array<ArrayBuffer> {
  const bytes = serverReply === null ? undefined : replyBytes(serverReply)
  const isDocument =
    bytes !== undefined &&
    /^\{"WorkflowID":"[^"\\]*"(?:,"RunID":"[^"]*")?,"Status":"\w+"[^\ufffd]*\}$/.test(utf8(bytes))
  return isDocument ? bytes : new TextEncoder().encode(defaultDocument)
}

function basePathOf({ go }: GoVector): string {
  return /^http:\/\/[^/]*(\/\w+)\/?$/.exec(go.baseURL ?? "")?.[1] ?? ""
}

async function ask(
  handler: StoreHandler,
  { method, target, headers }: GoRequest,
  body?: Uint8Array<ArrayBuffer>,
): Promise<{ status: number; type: string | null; text: string }> {
  const response = await handler(
    new Request(`http://127.0.0.1:8288${target}`, {
      method,
      // Go's own headers; the length is that of the body given here.
      headers: headers
        .filter(([name]) => !/^(?:Host|Content-Length)$/i.test(name))
        .map(([name, value]): [string, string] => [name, headerTextOf(value)]),
      ...(body === undefined ? {} : { body }),
    }),
  )
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() }
}
