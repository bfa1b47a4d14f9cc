// `npm run record`: types the session of session.mjs into the built program, on a real terminal (tmux), and takes the README's picture of it
// (Chromium). Only for who changes what the shell shows; nothing of it is needed to build or test.
import { execFile, spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify, stripVTControlCharacters } from "node:util"
import { chromium } from "playwright"
import { serve as listenTo } from "srvx"
import { ensureBuilt } from "./build.mjs"
import { chromiumFlags, ensureChromium } from "./chromium.mjs"
import { root } from "./lock.mjs"
import { columns, createFunctions, editor, preparation, steps } from "./session.mjs"

const run = promisify(execFile)
const picture = join(root, ".github", "assets", "repl.png")
const home = await mkdtemp(join(tmpdir(), "inngest-repl-record-"))
const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  EDITOR: editor,
  NODE_NO_WARNINGS: "1",
}
const main = join(root, "dist", "cli", "main.mjs")
const socket = join(home, "tmux")

/** @param {string[]} args */
const tmux = async (...args) => (await run("tmux", ["-S", socket, ...args], { env, maxBuffer: 1e7 })).stdout

/** @param {string[]} flags */
const screen = (...flags) => tmux("capture-pane", "-p", "-J", "-S", "-", "-t", "session", ...flags)

await ensureBuilt()
const { createFunction, eventTrigger, serve } = await import(join(root, "dist", "functions", "index.mjs"))
const { createClient } = await import(join(root, "dist", "index.mjs"))

try {
  await run(process.execPath, [main, ...preparation], { env })
  await tmux(
    "-f",
    "/dev/null",
    "new-session",
    "-d",
    "-s",
    "session",
    "-x",
    String(columns),
    "-y",
    "60",
    process.execPath,
    main,
  )
  const [, url = ""] = await until(/embedded, (http:\/\/\S+) [^]*dev ❯ /, () => screen())
  const client = createClient({ appId: "shop", baseURL: url })
  const app = listenTo({
    port: 0,
    hostname: "127.0.0.1",
    silent: true,
    fetch: serve({ client, functions: createFunctions({ createFunction, eventTrigger }) }),
  })
  await app.ready()
  await client.apps.sync(`${app.url}api/inngest`)
  let seen = (await screen()).trimEnd().length
  for (const { type, see } of steps) {
    await tmux("send-keys", "-t", "session", "-l", type)
    await sleep(300)
    await until(see, async () => (await screen()).trimEnd().concat(" ").slice(seen))
    seen = Math.max(0, (await screen()).trimEnd().length - columns)
  }
  const lines = (await screen("-e")).trimEnd().split("\n")
  // As on a terminal of some height: what was above has scrolled away.
  const first = lines.findIndex((line) => stripVTControlCharacters(line).startsWith("BEGIN WITH"))
  await photograph(lines.slice(Math.max(0, first)))
  await app.close(true)
  process.stdout.write(`${picture}\n`)
} finally {
  await tmux("kill-server").catch(() => {})
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
}

/**
 * @param {RegExp} pattern
 * @param {() => Promise<string>} look
 * @returns {Promise<RegExpExecArray>}
 */
async function until(pattern, look) {
  let text = ""
  for (let tries = 0; tries < 300; tries++) {
    text = await look()
    const found = pattern.exec(text)
    if (found !== null) return found
    await sleep(100)
  }
  throw new Error(`The screen does not show ${pattern}:\n${text}`)
}

/** @param {readonly string[]} lines with the codes of their colours */
async function photograph(lines) {
  const html = `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: transparent }
    #window { display: inline-block; background: #1e1e2e; color: #cdd6f4; border-radius: 10px; padding: 20px 26px 24px; font: 14px/1.44 "DejaVu Sans Mono", monospace }
    #dots { display: flex; gap: 8px; margin-bottom: 18px }
    #dots i { width: 11px; height: 11px; border-radius: 50% }
    pre { margin: 0; font: inherit }
  </style><div id="window"><div id="dots"><i style="background:#f38ba8"></i><i style="background:#f9e2af"></i><i style="background:#a6e3a1"></i></div><pre>${toHTML(lines)}</pre></div>`
  const browser = await chromium.launch({
    executablePath: await ensureChromium(exitOf),
    args: chromiumFlags,
  })
  try {
    const page = await browser.newPage({ deviceScaleFactor: 1.5 })
    await page.setContent(html)
    await page.locator("#window").screenshot({ path: picture, omitBackground: true })
  } finally {
    await browser.close()
  }
}

/** @param {readonly string[]} lines tmux says a colour once, also where it goes on in the next line */
function toHTML(lines) {
  const colors = new Map([
    ["31", "#f38ba8"],
    ["32", "#a6e3a1"],
    ["33", "#f9e2af"],
    ["36", "#94e2d5"],
    ["90", "#6c7086"],
  ])
  let [color, isBold, html] = ["", false, ""]
  // oxlint-disable-next-line no-control-regex
  for (const [, codes, text = ""] of lines.join("\n").matchAll(/(?:\u001b\[([\d;]*)m)|([^\u001b]+)/g)) {
    if (codes !== undefined) {
      for (const code of (codes || "0").split(";")) {
        if (code === "0" || code === "39") color = ""
        if (code === "0" || code === "22") isBold = false
        if (code === "1") isBold = true
        color = colors.get(code) ?? color
      }
      continue
    }
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    html += `<span style="${color && `color:${color};`}${isBold ? "font-weight:bold" : ""}">${escaped}</span>`
  }
  return html
}

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function exitOf(file, args) {
  return new Promise((resolve) => spawn(file, args, { stdio: "inherit" }).once("close", (code) => resolve(code ?? 1)))
}
