/**
 * What to throw in msw so that the caller's fetch is rejected, in both majors: in Node an error that looks like one of its sockets', in a page an
 * error response. Any other error would become a 500, its text in the body (read in msw 2.15.0 and 3.0.5).
 */
export function unanswered(message: string): Error | Response {
  // As msw does: code under test may keep the failure of its request to itself.
  // oxlint-disable-next-line no-console
  console.error(message)
  if ("document" in globalThis) return Response.error()
  return Object.assign(new Error(message), { code: "ENOTFOUND", errno: -3008 })
}
