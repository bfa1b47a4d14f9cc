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
