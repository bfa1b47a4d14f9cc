import { connect } from "node:net"
import { createClient } from "../src/index.ts"
import { httpFetch } from "./http-fetch.ts"

/** Something that listens and then says nothing is no Inngest. */
const patienceMs = 1_000

/** Whether an Inngest server answers there. The port is tried first: mostly nothing listens, and that is known at once. */
export async function isInngest(baseURL: string): Promise<boolean> {
  if (!(await isPortOpen(new URL(baseURL)))) return false
  try {
    const client = createClient({ baseURL, timeout: patienceMs, retry: { attempts: 1 }, fetch: httpFetch })
    await client.serverInfo()
    return true
  } catch {
    return false
  }
}

function isPortOpen({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: patienceMs })
    const end = (isOpen: boolean): void => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once("connect", () => end(true))
    socket.once("timeout", () => end(false))
    socket.once("error", () => end(false))
  })
}
