import type { StartHost } from "./host.ts"

declare const Bun: {
  serve(options: { port: number; hostname: string; fetch: (request: Request) => Promise<Response> }): {
    port: number
    stop(closeActiveConnections: boolean): Promise<void>
  }
}

export const start: StartHost = async (gateway) => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: gateway })
  return { port: server.port, close: () => server.stop(true) }
}
