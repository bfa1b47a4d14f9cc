/** Where words come from and go to, as a port: tests read text. stdout is for data alone; all that is said to people goes to stderr, by consola. */
import type { ConsolaInstance } from "consola"
import { CommandError } from "./command-error.ts"
import { type Theme, createTheme, hasColors } from "./render/theme.ts"

export interface Terminal {
  /** Whether somebody can be asked: a person sits at stdin and sees stderr, or else stdout. */
  readonly isInteractive: boolean
  /** Whether a terminal shows what goes to stdout. */
  readonly showsData: boolean
  /** Whether a terminal shows what is said. */
  readonly showsWords: boolean
  /** Columns of the terminal that shows stdout. */
  readonly width: number | undefined
  /** Data. A line break is added. */
  print(text: string): void
  /** Empty the screen, if there is one. */
  clear(): void
  /** Words for the person. */
  say(text: string): Promise<void>
  /** Words that the next ones replace: a progress. `""` takes them away. */
  sayInPlace(text: string): void
  /** Let another program have the terminal. */
  handOver(work: () => Promise<void>): Promise<void>
  /** Everything on stdin. @throws CommandError where stdin is a keyboard or the script. */
  readStdin(): Promise<string>
  /** Lines of stdin, each when it is asked for. */
  readLines(signal: AbortSignal): AsyncIterable<string>
  /** One line typed in answer; `undefined` for Ctrl-C and Ctrl-D. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>
  /** The colours of stdout and of stderr. */
  themes(options: { noColor: boolean }): { data: Theme; words: Theme }
}

export interface Streams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
}

/** @param streams read at need: Node makes stdin when it is first looked at, and most commands never do. */
export function createTerminal(streams: Streams): Terminal {
  const { stdout, stderr, env } = streams
  let words: Promise<ConsolaInstance> | undefined
  return {
    get isInteractive() {
      return streams.stdin.isTTY === true && (stderr.isTTY === true || stdout.isTTY === true)
    },
    showsData: stdout.isTTY === true,
    showsWords: stderr.isTTY === true,
    get width() {
      return stdout.isTTY === true ? stdout.columns : undefined
    },
    print: (text) => void stdout.write(`${text}\n`),
    clear: () => {
      if (stdout.isTTY === true) stdout.write("\u001b[2J\u001b[3J\u001b[H")
    },
    say: async (text) => {
      words ??= createWords(stderr)
      ;(await words).log(text)
    },
    sayInPlace: (text) => {
      if (stderr.isTTY === true) stderr.write(`\r\u001b[2K${text}`)
    },
    handOver: (work) => work(),
    readStdin: async () => {
      const { stdin } = streams
      if (stdin.isTTY === true)
        throw new CommandError("usage", "- reads stdin, which is a keyboard here", {
          hint: "Pipe something in, or name a file: @file",
        })
      return readAll(stdin)
    },
    readLines: (signal) => readLines(streams.stdin, signal),
    ask: (question, signal) => askLine(question, streams, signal),
    themes: ({ noColor }) => ({
      data: createTheme(!noColor && hasColors(stdout, env)),
      words: createTheme(!noColor && hasColors(stderr, env)),
    }),
  }
}

async function createWords(stderr: NodeJS.WriteStream): Promise<ConsolaInstance> {
  const { createConsola } = await import("consola/basic")
  return createConsola({
    // By default `log` writes to stdout.
    stdout: stderr,
    stderr,
    // Equal lines are held back otherwise, and an error said twice was met twice.
    throttle: 0,
    level: Number.POSITIVE_INFINITY,
    reporters: [{ log: ({ args }) => void stderr.write(`${args.join(" ")}\n`) }],
  })
}

async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString("utf8")
}

async function* readLines(stdin: NodeJS.ReadStream, signal: AbortSignal): AsyncIterable<string> {
  const { createInterface } = await import("node:readline")
  const lines = createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })
  const close = (): void => lines.close()
  signal.addEventListener("abort", close, { once: true })
  try {
    yield* lines
  } finally {
    signal.removeEventListener("abort", close)
    lines.close()
  }
}

async function askLine(
  question: string,
  { stdin, stdout, stderr }: Streams,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { createInterface } = await import("node:readline")
  const output = stderr.isTTY === true ? stderr : stdout
  const lines = createInterface({ input: stdin, output, terminal: true })
  try {
    return await new Promise((resolve) => {
      const giveUp = (): void => {
        output.write("\n")
        resolve(undefined)
      }
      lines.once("SIGINT", giveUp)
      lines.once("close", giveUp)
      signal.addEventListener("abort", giveUp, { once: true })
      lines.question(question, (answer) => {
        lines.off("close", giveUp)
        signal.removeEventListener("abort", giveUp)
        resolve(answer)
      })
    })
  } finally {
    lines.removeAllListeners("close")
    lines.close()
  }
}
