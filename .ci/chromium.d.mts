export const chromiumFlags: string[]
/** CHROMIUM_PATH, or the first Chromium that is installed. */
export function findChromium(): string | undefined
export function ensureChromium(run: (file: string, args: string[]) => Promise<number>): Promise<string>
