/**
 * Bodies read up to a bound. The rest of one that is too long is taken off the connection and dropped, as Node does with one that nobody looks at:
 * left there half-read, it blocks what is asked next on that connection; cancelled, it does so as well, and in Node the stream can throw where
 * nobody catches it when more arrives (measured: Node 24 under srvx). How long an upload may take is for the server to say.
 */

/** The bytes of a request, `undefined` when there are more than `maxBytes`. A server holds the sender to the length that it announced. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const announced = request.headers.get("content-length")
  return maxBytes === Infinity || (announced !== null && Number(announced) <= maxBytes)
    ? new Uint8Array(await request.arrayBuffer())
    : readBounded(request, maxBytes)
}

/** The bytes of a body, `undefined` as soon as there are more than `maxBytes`: what it announces is enough to refuse it, never to trust it. */
export async function readBounded(
  source: Pick<Request | Response, "body" | "headers">,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // By a reader, since Safari can't iterate a stream.
  const reader = source.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for (let isTooLong = Number(source.headers.get("content-length") ?? 0) > maxBytes; !isTooLong;) {
    const read = await reader.read()
    if (read.done) return joined(chunks, length)
    length += read.value.length
    chunks.push(read.value)
    isTooLong = length > maxBytes
  }
  drop(reader).catch(() => {})
  return undefined
}

/** Reads of what is dropped, some 64 KiB each: a stream that never ends must not hold the process. */
const maxDroppedReads = 16_384

async function drop(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let reads = 0; reads < maxDroppedReads; reads++) if ((await reader.read()).done) return
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
