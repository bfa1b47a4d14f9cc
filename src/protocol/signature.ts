/**
 * `x-inngest-signature`: calls from server to SDK and the answers to them, when both sides hold a signing key.
 *
 * @source measured (recording `signed`): `t=<unix s>&s=<hex>`, HMAC-SHA256 over the raw body followed by the decimal `t`, keyed by the text
 * of the key without its prefix
 */
import { equalInConstantTime, hmacSha256Hex } from "../shared/hash.ts"

/** How far `t` may lie from the receiver's clock. @source 5 minutes in all SDKs */
export const signatureToleranceMs: number = 5 * 60_000

const prefix = /^signkey-\w+-/

/** @param body exactly as sent. @param nowMs the sender's clock. */
export async function signBody(body: string, signingKey: string, nowMs: number): Promise<string> {
  const seconds = Math.floor(nowMs / 1000)
  return `t=${seconds}&s=${await hmacSha256Hex(signingKey.replace(prefix, ""), `${body}${seconds}`)}`
}

/**
 * Whether a body was signed with the key, not more than five minutes ago.
 *
 * @param body exactly as received.
 * @param nowMs the receiver's clock.
 */
export async function isSigned(
  body: string,
  signature: string | null | undefined,
  signingKey: string,
  nowMs: number,
): Promise<boolean> {
  const [, seconds] = /^t=(\d+)&s=/.exec(signature ?? "") ?? []
  const atMs = Number(seconds) * 1000
  if (!signature || !(Math.abs(nowMs - atMs) <= signatureToleranceMs)) return false
  return equalInConstantTime(signature.toLowerCase(), await signBody(body, signingKey, atMs))
}
