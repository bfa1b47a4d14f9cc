export interface Service {
  url: string
  stop(): Promise<void>
}
/** Why it can't be started. */
export interface Missing {
  missing: string
}
/** The folder of its programs. */
export function findPostgres(): string | undefined
export function findRedis(): string | undefined
/** Installs what is missing where that needs no password; gives what is still missing. */
export function ensureServices(run: (file: string, args: string[]) => Promise<number>): Promise<string[]>
export function startPostgres(): Promise<Service | Missing>
export function startRedis(): Promise<Service | Missing>
