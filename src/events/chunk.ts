import { maxEventsPerRequest, maxRequestSizeBytes } from "../protocol/plain-event.ts"

/** Split into runs of items that fit into one request as a JSON array, in order. An item alone is never refused here. */
export function chunkEvents<T extends { readonly sizeBytes: number }>(
  items: readonly T[],
  maxCount: number = maxEventsPerRequest,
  maxSizeBytes: number = maxRequestSizeBytes,
): T[][] {
  const chunks: T[][] = []
  let chunk: T[] = []
  // Each item brings a comma or, the first, a bracket; the closing bracket is the 1.
  let chunkSizeBytes = 1
  for (const item of items) {
    if (chunk.length > 0 && (chunk.length === maxCount || chunkSizeBytes + item.sizeBytes + 1 > maxSizeBytes)) {
      chunks.push(chunk)
      chunk = []
      chunkSizeBytes = 1
    }
    chunk.push(item)
    chunkSizeBytes += item.sizeBytes + 1
  }
  if (chunk.length > 0) chunks.push(chunk)
  return chunks
}
