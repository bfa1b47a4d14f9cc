import { expect, test } from "vitest"
import { serverWords } from "../../cli/refused-key.ts"

test.each([
  ['[POST] "http://localhost:8288/e/***": 401 Unauthorized: Event key not found', "Event key not found"],
  ['[POST] "http://127.0.0.1:40129/e/***": 401: Event key not found', "Event key not found"],
  ['[GET] "http://127.0.0.1:40129/v1/events": 401 Unauthorized', undefined],
])("what the server said of a key is behind the URL, whatever its port: %s", (message, words) => {
  expect(serverWords(message)).toBe(words)
})
