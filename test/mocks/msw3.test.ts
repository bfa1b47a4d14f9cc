// A consumer with msw 3 installed: what the mock imports as `msw` is that one.
import { http } from "msw3"
import { setupServer } from "msw3/node"
import { vi } from "vitest"
import { testHandlers } from "./msw-suite.ts"

vi.mock("msw", () => import("msw3"))

// The two majors' types are strangers to each other; that they do the same is what is tested.
testHandlers("3", { setupServer, http } as unknown as Parameters<typeof testHandlers>[1])
