/** Which functions an event starts, and which runs it cancels: tables by its name, so that an event costs what it starts. */
import type { FunctionRow } from "../app.ts"
import { type Expression, compileExpression } from "../expression.ts"
import { yearMs } from "../limits.ts"
import type { EngineState } from "../state.ts"

export function subscribe({ subscriptions }: EngineState, { slug, triggers, cancelOn }: FunctionRow): void {
  for (const trigger of triggers) {
    if (trigger.kind === "cron") continue
    const isWild = trigger.event.endsWith("*")
    const name = isWild ? trigger.event.slice(0, -1) : trigger.event
    put(isWild ? subscriptions.wild : subscriptions.exact, name, {
      slug,
      expression: expressionOf(trigger.expression),
    })
  }
  for (const { event, expression, timeoutMs = yearMs } of cancelOn)
    put(subscriptions.cancelling, event, { slug, expression: expressionOf(expression), timeoutMs })
}

export function unsubscribe({ subscriptions }: EngineState, slug: string): void {
  drop(subscriptions.exact, slug)
  drop(subscriptions.wild, slug)
  drop(subscriptions.cancelling, slug)
}

function put<Row>(table: Map<string, Row[]>, key: string, row: Row): void {
  const rows = table.get(key)
  if (rows === undefined) table.set(key, [row])
  else rows.push(row)
}

function drop<Row extends { slug: string }>(table: Map<string, Row[]>, slug: string): void {
  for (const [key, rows] of table) {
    const rest = rows.filter((row) => row.slug !== slug)
    if (rest.length === 0) table.delete(key)
    else if (rest.length < rows.length) table.set(key, rest)
  }
}

/** Syncs are checked before they come here: what does not compile never matches. */
function expressionOf(text: string | undefined): Expression | undefined {
  if (text === undefined || text === "") return undefined
  const compiled = compileExpression(text)
  return compiled.ok ? compiled.expression : { text, matches: () => false }
}
