// `npm run bench`: how much slower than doing it by hand. Ratios of the built package, see bench/compare.mjs.
//
//   npm run bench -- --json               the same as JSON
//   npm run bench -- --only send,mock     some files of bench/
//   npm run bench -- --rounds 40
import { parseArgs } from "node:util"
import { compare } from "./bench/compare.mjs"
import { ensureBuilt } from "./build.mjs"
import { fail, isUnderNode24 } from "./install.mjs"

const files = ["send", "store", "mock", "embedded", "import", "start-up", "engine", "history"]
const warmUp = 4

async function bench() {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, only: { type: "string" }, rounds: { type: "string", default: "24" } },
  })
  const chosen = values.only?.split(",") ?? files
  const unknown = chosen.filter((name) => !files.includes(name))
  if (unknown.length > 0) throw new Error(`No bench is named ${unknown.join(", ")}; there are: ${files.join(", ")}.`)
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 20) throw new Error("--rounds: fewer than 20 say nothing.")
  await ensureBuilt()

  const comparisons = []
  for (const name of chosen) {
    const module = await import(`./bench/${name}.mjs`)
    if (module.figures !== undefined) {
      for (const figure of await module.figures()) {
        comparisons.push(figure)
        if (!values.json) process.stdout.write(figureLine(figure))
      }
      continue
    }
    const { pairs, end } = await module.pairs()
    try {
      for (const pair of pairs) {
        const comparison = await compare(pair, { rounds, warmUp })
        comparisons.push(comparison)
        if (!values.json) process.stdout.write(line(comparison))
      }
    } finally {
      end()
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify(comparisons, null, 2)}\n`)
}

/** @param {import("./bench/engine.mjs").Figure} figure */
function figureLine({ name, value, unit, goal }) {
  return `${name.padEnd(28)}  ${value.toFixed(value < 100 ? 1 : 0).padStart(6)} ${unit}  (goal: ${goal})\n`
}

/** @param {import("./bench/compare.mjs").Comparison} comparison */
function line({ name, ratio, spread: [low, high], oursMs, baselineMs, rounds, goal, holds }) {
  const columns = [
    name.padEnd(28),
    ratio.toFixed(2).padStart(6),
    `${low.toFixed(2)}–${high.toFixed(2)}`.padStart(12),
    `${oursMs.toFixed(1)} / ${baselineMs.toFixed(1)} ms`.padStart(20),
    `${rounds} rounds`.padStart(11),
    ...(goal
      ? [
          `goal ≤ ${"ratio" in goal ? goal.ratio.toFixed(2) : `+${goal.addedMs} ms`} ${holds ? "holds" : "does not hold"}`,
        ]
      : []),
  ]
  return `${columns.join("  ")}\n`
}

try {
  if (await isUnderNode24(import.meta.url)) await bench()
} catch (error) {
  fail(error)
}
