/** The package's version, as the server says it. A test holds it against package.json. */
export const version = "0.1.0"
