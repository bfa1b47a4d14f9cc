/** Whether a request that changes something was made by a page of the same site, and not by one that a signed-in person happens to visit. */

/** Any value will do: a page of another origin can't send it without a preflight, which the gateway never grants. */
export const gatewayHeader = "x-inngest-gateway"

/**
 * True for a request of a page of this origin, and for one that carries `x-inngest-gateway`. What can't be known is not.
 *
 * `Sec-Fetch-Site` decides where it is sent (current browsers, on https and localhost). Else the host of `Origin` is compared with that of the
 * request: the scheme is not, since a proxy that ends TLS changes it.
 *
 * @param origins further ones that count as this one, `https://admin.example`.
 */
export function isSameOrigin({ headers, url }: Request, origins: ReadonlySet<string>): boolean {
  if (headers.get(gatewayHeader)) return true
  const origin = headers.get("origin")
  if (origin !== null && origins.has(origin)) return true
  const site = headers.get("sec-fetch-site")
  if (site !== null) return site === "same-origin"
  if (origin === null || !/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false
  const { host } = new URL(origin)
  return host === headers.get("host") || host === new URL(url).host
}
