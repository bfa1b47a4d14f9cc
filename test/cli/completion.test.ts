import { expect, test } from "vitest"
import { findCompletion, toCandidates } from "../../cli/completion.ts"
import { createRegistry } from "../../cli/registry.ts"

const registry = createRegistry()

test.each([
  ["sen", ["send"]],
  ["workflow", ["workflows", "workflow"]],
  ["workflow ", ["list", "load", "save", "edit", "delete", "history", "export", "import", "prune"]],
  ["workflow de", ["delete"]],
  ["events --si", ["--since"]],
  ["workflow save x --rep", ["--replace"]],
  ["workflows --status ca", ["canceled"]],
  ["events -o nd", ["ndjson"]],
  ["help wo", ["workflows", "workflow"]],
  ["help workflow lo", ["load"]],
  ["send a/b x", []],
  ["constructor ", []],
])("%j is completed", (typed, candidates) => {
  expect(toCandidates(findCompletion(typed, registry))[0]).toEqual(candidates.map((candidate) => `${candidate} `))
})
