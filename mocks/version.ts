/** The package's version, as the server says it. */
export { version } from "../src/shared/version.ts"
