/** One request on its way to its answer: what handlers see of it. */
import type { Engine } from "../engine/engine.ts"

export interface Exchange {
  readonly request: Request
  query(): URLSearchParams
  /** What stands in the path for the route's `:params`, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly engine: Engine
  /** The body, whole. @throws BodyTooLarge */
  bytes(): Promise<Uint8Array<ArrayBuffer>>
}

/** More bytes than the server takes. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge"
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`Request body cannot exceed ${maxBytes} bytes`)
    this.maxBytes = maxBytes
  }
}

/** Read a body of at most `maxBytes`; what is beyond them is not read. @throws BodyTooLarge */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = request.headers.get("content-length")
  if (announced !== null && Number(announced) > maxBytes) throw new BodyTooLarge(maxBytes)
  // A server holds the sender to the length that it announced, so this can't become more.
  if (announced !== null || maxBytes === Infinity) return new Uint8Array(await request.arrayBuffer())
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw new BodyTooLarge(maxBytes)
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
