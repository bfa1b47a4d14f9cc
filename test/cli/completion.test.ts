import { expect, test } from "vitest"
import { complete } from "../../cli/completion.ts"
import { createRegistry } from "../../cli/registry.ts"

const registry = createRegistry()

test.each([
  ["se", ["send"]],
  ["work", ["workflows", "workflow"]],
  ["workflow ", ["list", "load", "save", "delete"]],
  ["workflow de", ["delete"]],
  ["events --si", ["--since"]],
  ["workflow save x --re", ["--replace"]],
  ["workflows --status ca", ["canceled"]],
  ["events -o nd", ["ndjson"]],
  ["help wo", ["workflows", "workflow"]],
  ["help workflow lo", ["load"]],
  ["send a/b x", []],
  ["constructor ", []],
])("%j is completed", (typed, candidates) => {
  expect(complete(typed, registry)[0]).toEqual(candidates.map((candidate) => `${candidate} `))
})
