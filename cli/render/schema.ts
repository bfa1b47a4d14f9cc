/** Of the documents on stdout. New keys may come under the same number, nothing else changes. */
export const schemaVersion = 1
