/**
 * Who may: the keys of a server in self-hosted mode.
 *
 * I1. Nothing but `/health`, and what carries a token of its own, is answered without a key. The real server leaves more open: `differences.ts`.
 * I2. How long a comparison takes says nothing about a key: every letter is looked at, and every key.
 *
 * @source measured, vectors `auth-*`
 */
import { ConfigError } from "../../src/errors.ts"
import type { RouteAuth } from "../../src/protocol/routes.ts"
import { type Reply, plainError } from "./reply.ts"

export interface ServerKeys {
  /** At least one. */
  readonly eventKeys: readonly string[]
  /** Hex, without `signkey-…-` before it. */
  readonly signingKey: string
}

export interface Gate {
  readonly keys: ServerKeys
  /**
   * Why the request is not let in; `undefined` when it is.
   *
   * @param eventKey the one in the path of `POST /e/{key}`.
   */
  refusal(request: Request, auth: RouteAuth, eventKey?: string): Reply | undefined
}

/**
 * @param eventKey one or several of them.
 * @throws ConfigError naming the option: one key without the other, a signing key that the real server would not start with.
 */
export function readKeys(
  eventKey: string | readonly string[] | undefined,
  signingKey: string | undefined,
): ServerKeys | undefined {
  const eventKeys = typeof eventKey === "string" ? [eventKey] : (eventKey ?? [])
  // An empty list is none of "no key": whoever passes it meant to have some.
  if (eventKey === undefined && signingKey === undefined) return undefined
  const hint = "A server in self-hosted mode has both keys; without either it is in dev mode and asks nobody for one."
  if (eventKeys.length === 0 || !eventKeys.every((key) => typeof key === "string" && key !== ""))
    throw new ConfigError(
      "eventKey: at least one event key is required, and each must be a non-empty text",
      { option: "eventKey" },
      { hint },
    )
  if (signingKey === undefined)
    throw new ConfigError("signingKey: a signing key is required", { option: "signingKey" }, { hint })
  if (!/^(?:[0-9a-f]{2})+$/i.test(signingKey)) {
    throw new ConfigError(
      "signingKey: must be an even number of hexadecimal digits",
      { option: "signingKey" },
      { hint: "Leave out what stands before them, such as signkey-prod-." },
    )
  }
  return { eventKeys, signingKey }
}

export async function createGate(keys: ServerKeys): Promise<Gate> {
  const { eventKeys, signingKey } = keys
  const signingForms = [signingKey, await hashOf(signingKey)]

  function isSigningKey(bearer: string): boolean {
    return isOneOf(bearer.replace(/^signkey-\w+-/, ""), signingForms)
  }

  return {
    keys,
    refusal(request, auth, eventKey = "") {
      switch (auth) {
        case "none":
          return undefined
        case "event-key":
          return isOneOf(eventKey, eventKeys) ? undefined : unknownEventKey()
        case "signing-key":
          return isSigningKey(bearerOf(request)) ? undefined : failed()
        case "event-or-signing": {
          const bearer = bearerOf(request)
          // Both are looked at, whichever it is.
          const [isEvent, isSigning] = [isOneOf(bearer, eventKeys), isSigningKey(bearer)]
          return isEvent || isSigning ? undefined : failed()
        }
      }
    },
  }
}

/** As the SDKs send it: lower-case hex of the SHA-256 of the bytes that the key's digits mean. */
async function hashOf(signingKey: string): Promise<string> {
  const bytes = Uint8Array.from(signingKey.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** `""` when there is none, which is no key. */
function bearerOf({ headers }: Request): string {
  return /^bearer (.*)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? ""
}

function isOneOf(given: string, secrets: readonly string[]): boolean {
  let isKnown = false
  for (const secret of secrets) isKnown = isEqual(given, secret) || isKnown
  return isKnown
}

/** Takes as long as `given` is, wherever the two differ. */
function isEqual(given: string, secret: string): boolean {
  let difference = given.length ^ secret.length
  for (let index = 0; index < given.length; index++)
    difference |= given.charCodeAt(index) ^ secret.charCodeAt(index % secret.length)
  return difference === 0
}

function unknownEventKey(): Reply {
  const body = '{"status":401,"message":"","error":"Event key not found"}\n'
  return { status: 401, headers: { "content-type": "application/json" }, body }
}

function failed(): Reply {
  return plainError(401, "Authentication failed")
}
