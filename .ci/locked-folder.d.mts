/** Where the packages of a folder below test/ are installed, which has a lock of its own. */
export function lockedFolder(name: string): string
export function ensureLocked(
  name: string,
  run: (file: string, args: string[], cwd: string) => Promise<number>,
): Promise<void>
