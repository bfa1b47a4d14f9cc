import { http } from "msw"
import { setupServer } from "msw/node"
import { testHandlers } from "./msw-suite.ts"

testHandlers("2", { setupServer, http })
