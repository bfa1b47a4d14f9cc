import type { Gateway } from "../../../src/gateway/index.ts"

/** A gateway on a port, below `/api/inngest`. */
export interface Host {
  port: number
  close(): Promise<void>
}

/** One way to put a gateway on a port. */
export type StartHost = (gateway: Gateway) => Promise<Host>
