/** Bodies that are read up to a bound, whatever length they announce. */

/** The body was longer than the bound; what is beyond it was not read. */
export class TooLarge extends Error {
  override readonly name = "TooLarge"
}

/** The same bytes; fails with TooLarge once there are more than `maxBytes`. */
export function boundedStream(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let length = 0
  return stream.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        length += chunk.byteLength
        if (length > maxBytes) controller.error(new TooLarge(`more than ${maxBytes} bytes`))
        else controller.enqueue(chunk)
      },
    }),
  )
}

/** The whole body; `undefined` when it is longer than `maxBytes`. */
export async function readBounded(
  { body, headers }: Pick<Request | Response, "body" | "headers">,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // Announced is enough to refuse, never enough to trust.
  if (Number(headers.get("content-length") ?? 0) > maxBytes) {
    void body?.cancel().catch(() => {})
    return undefined
  }
  if (body === null) return new Uint8Array()
  try {
    return new Uint8Array(await new Response(boundedStream(body, maxBytes)).arrayBuffer())
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    throw error
  }
}
