/** CEL as text: what can be told without compiling it, and the short form that matches a member of two events. */

/**
 * What keeps an expression from compiling, as far as a look at its characters tells: brackets, quotes, and operators that CEL lacks. The
 * server has the last word.
 */
export function expressionFault(expression: string): string | undefined {
  const shown = JSON.stringify(expression)
  const bare = expression.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, "0")
  if (bare.trim() === "") return "must not be empty"
  if (/["']/.test(bare)) return `${shown} has an open quote`
  const open: string[] = []
  for (const bracket of bare.match(/[()[\]{}]/g) ?? []) {
    const opening = closes[bracket]
    if (opening === undefined) open.push(bracket)
    else if (open.pop() !== opening) return `${shown} has a ${bracket} too many`
  }
  if (open.length > 0) return `${shown} has an open ${open[0]}`
  const wrong = /[=!]==|(?<![=!<>])=(?!=)/.exec(bare)?.[0]
  return wrong === undefined ? undefined : `${shown} has ${wrong}, which is no operator`
}

const closes: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" }

/** `data.id` is the same in the event that started the run and in the one that is waited for. @source measured (recording `sync`) */
export function toMatch(given: { if?: string | undefined; match?: string | undefined }): string | undefined {
  return given.match === undefined ? given.if : `event.${given.match} == async.${given.match}`
}
