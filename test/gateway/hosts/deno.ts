import type { StartHost } from "./host.ts"

declare const Deno: {
  serve(
    options: { port: number; hostname: string; onListen: () => void },
    handle: (request: Request) => Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void> }
}

export const start: StartHost = async (gateway) => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, gateway)
  return { port: server.addr.port, close: () => server.shutdown() }
}
