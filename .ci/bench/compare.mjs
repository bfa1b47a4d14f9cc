// Ratios instead of times: on a shared machine the same code reads 0.6 to 1.2 of itself in single rounds. Both sides run
// in every round, one after the other, each going first in every second one; the median of the rounds' ratios is reported.
import { performance } from "node:perf_hooks"

/**
 * @typedef {object} Side
 * @property {() => unknown} run a fixed amount of work
 * @property {() => unknown} [before] right before it, not measured
 * @property {() => unknown} [after] right after it, not measured
 *
 * @typedef {object} Pair
 * @property {string} name
 * @property {Side} ours
 * @property {Side} baseline
 * @property {Goal} [goal]
 * @property {number} [shares] so many times the rounds, of what varies more than others. @default 1
 *
 * What a comparison must not exceed: a ratio, or milliseconds that ours takes more in one round.
 * @typedef {{ ratio: number } | { addedMs: number }} Goal
 *
 * @typedef {object} Comparison
 * @property {string} name
 * @property {number} ratio median of ours ÷ baseline: 1.2 is 20 % slower
 * @property {[low: number, high: number]} spread quartiles of the ratios
 * @property {number} oursMs median of one round
 * @property {number} baselineMs median of one round
 * @property {number} rounds
 * @property {Goal} [goal]
 * @property {boolean} [holds] whether the goal is met
 */

/**
 * @param {Pair} pair
 * @param {{ rounds: number, warmUp: number }} options
 * @returns {Promise<Comparison>}
 */
export async function compare({ name, ours, baseline, goal, shares = 1 }, { rounds: asked, warmUp }) {
  const rounds = asked * shares
  const measured = []
  for (let round = -warmUp; round < rounds; round++) {
    const times = { ours: 0, baseline: 0 }
    const order =
      round % 2 === 0 ? /** @type {const} */ (["ours", "baseline"]) : /** @type {const} */ (["baseline", "ours"])
    for (const side of order) times[side] = await timeOf(side === "ours" ? ours : baseline)
    if (round >= 0) measured.push(times)
  }
  const ratios = measured.map((times) => times.ours / times.baseline)
  const median = (/** @type {number[]} */ values) => quantile(values, 0.5)
  const ratio = median(ratios)
  const addedMs = median(measured.map((times) => times.ours - times.baseline))
  return {
    name,
    ratio,
    spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    oursMs: median(measured.map((times) => times.ours)),
    baselineMs: median(measured.map((times) => times.baseline)),
    rounds,
    ...(goal && { goal, holds: "ratio" in goal ? ratio <= goal.ratio : addedMs <= goal.addedMs }),
  }
}

/** @param {Side} side */
async function timeOf({ run, before, after }) {
  await before?.()
  const startedMs = performance.now()
  await run()
  const tookMs = performance.now() - startedMs
  await after?.()
  return tookMs
}

/** Linear between the two nearest. @param {number[]} values @param {number} at */
function quantile(values, at) {
  const sorted = values.toSorted((a, b) => a - b)
  const index = at * (sorted.length - 1)
  const [low = Number.NaN, high = low] = [sorted[Math.floor(index)], sorted[Math.ceil(index)]]
  return low + (high - low) * (index - Math.floor(index))
}
