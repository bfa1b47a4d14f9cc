/** One request on its way to its answer: what handlers see of it. */
import { readBody } from "../../src/shared/body.ts"
import type { Engine } from "../engine/engine.ts"
import type { FunctionAnswers } from "./function-answers.ts"
import type { ServerKeys } from "./gate.ts"

export interface Exchange {
  readonly request: Request
  query(): URLSearchParams
  /** What stands in the path for the route's `:params`, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly engine: Engine
  /** What is registered and what ran. */
  readonly functions: Partial<FunctionAnswers>
  /** What the server calls itself: `cloud` when it wants keys. */
  readonly serverKind: "dev" | "cloud"
  /** Absent: everybody may. */
  readonly keys: ServerKeys | undefined
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

/** The bytes of a body of at most `maxBytes`. @throws BodyTooLarge */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBody(request, maxBytes)
  if (bytes === undefined) throw new BodyTooLarge(maxBytes)
  return bytes
}
