/**
 * Role: CEL as the server evaluates it: parsed by the library, evaluated here, since the measured rules for missing fields, numbers and
 * conditions are not those of the language.
 * Boundary: syncs check with it; triggers, waits and cancellations match with it.
 *
 * I1. Numbers of events are doubles, literals are ints: they compare with each other, but arithmetic between them is an error.
 * I2. A missing field is null in a comparison, and an error in anything else.
 * I3. An error is "no match", never a failure; `||` and `&&` decide without the side that failed where they can. What is not `true` is no match.
 *
 * @source measured, recording `raw-server-reactions` (100 expressions)
 */
import { type ASTNode, Environment } from "@marcbachmann/cel-js"
import { type ExpressionScope, evaluate, functionNames, macroNames, methodNames } from "./evaluation.ts"

export interface Expression {
  readonly text: string
  /** Whether it is true of these. Never throws. */
  matches(scope: ExpressionScope): boolean
}

export type CompiledExpression =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly message: string }

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxDepth: 100, maxAstNodes: 10_000 },
})

/** Functions that stand alone, and those behind a dot. All others do not compile. */
const functions = new Set(["has", ...functionNames])
const methods = new Set([...methodNames, ...macroNames])
const macros = new Set(macroNames)
const variables = new Set(["event", "async"])
/** Where runs are looked for. @source https://www.inngest.com/docs/platform/monitor/inspecting-function-runs */
const searchVariables = new Set(["event", "output"])
const typeNames = new Set("bool bytes double duration int list map null_type string timestamp type uint".split(" "))

/** What the restricted policy leaves: no macros, no arithmetic, of functions only conversions of numbers. */
const restrictedFunctions = new Set(["int", "uint", "double"])
const arithmetic = new Set(["+", "-", "*", "/", "%"])

const compiled = new Map<string, CompiledExpression>()
const maxCompiled = 1_000

/** An expression, or why it does not compile. The same text is compiled once. */
export function compileExpression(text: string): CompiledExpression {
  const known = compiled.get(text)
  if (known !== undefined) return known
  const result = compile(text)
  if (compiled.size >= maxCompiled) compiled.clear()
  compiled.set(text, result)
  return result
}

/** One that looks for runs, by the events that started them and what they returned. */
export function compileSearch(text: string): CompiledExpression {
  return compile(text, searchVariables)
}

function compile(text: string, known = variables): CompiledExpression {
  let ast: ASTNode
  try {
    ast = environment.parse(text).ast
  } catch (error) {
    return { ok: false, message: firstLine(error) }
  }
  const fault = findFault(ast, known)
  if (fault !== undefined) return { ok: false, message: fault }
  return {
    ok: true,
    expression: {
      text,
      matches(scope) {
        try {
          return evaluate(ast, scope) === true
        } catch {
          // I3
          return false
        }
      },
    },
  }
}

/**
 * What keeps an expression from being taken: a message, or `undefined`.
 *
 * @param isRestricted as `cancelOn` wants it: logic, comparisons, index, `in` and conversions of numbers only.
 */
export function checkExpression(text: string, isRestricted = false): string | undefined {
  const result = compileExpression(text)
  if (!result.ok) return result.message
  return isRestricted ? findRestricted(environment.parse(text).ast) : undefined
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0] ?? ""
}

/** Unknown names, anywhere below a node. */
function findFault(node: ASTNode, known: ReadonlySet<string>): string | undefined {
  if (node.op === "id") {
    const name = node.args
    return known.has(name) || typeNames.has(name) ? undefined : `undeclared reference to '${name}'`
  }
  if (node.op === "call") {
    const [name, args] = node.args
    if (!functions.has(name)) return `undeclared reference to '${name}'`
    return firstOf(args, (arg) => findFault(arg, known))
  }
  if (node.op === "rcall") {
    const [name, receiver, args] = node.args
    if (!methods.has(name)) return `undeclared reference to '${name}'`
    const fault = findFault(receiver, known)
    if (fault !== undefined) return fault
    const [variable] = args
    if (!macros.has(name) || variable === undefined || variable.op !== "id")
      return firstOf(args, (arg) => findFault(arg, known))
    const inner = new Set([...known, variable.args])
    return firstOf(args.slice(1), (arg) => findFault(arg, inner))
  }
  return firstOf(children(node), (child) => findFault(child, known))
}

function findRestricted(node: ASTNode): string | undefined {
  if (arithmetic.has(node.op)) return `the operator ${node.op} is not allowed here`
  if (node.op === "call" && !restrictedFunctions.has(node.args[0])) return `${node.args[0]}() is not allowed here`
  if (node.op === "rcall") return `${node.args[0]}() is not allowed here`
  return firstOf(children(node), findRestricted)
}

function children(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = []
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect)
    else if (typeof value === "object" && value !== null && "op" in value) found.push(value as ASTNode)
  }
  collect(node.args)
  return found
}

function firstOf(nodes: readonly ASTNode[], find: (node: ASTNode) => string | undefined): string | undefined {
  for (const node of nodes) {
    const found = find(node)
    if (found !== undefined) return found
  }
  return undefined
}
