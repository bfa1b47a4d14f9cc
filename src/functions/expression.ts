/**
 * CEL as text: whether it compiles, and the short form that matches a member of two events.
 *
 * Names are those that the server was measured to take, and the language's own getters of times. Types and numbers of arguments are for the
 * server to check.
 */

/** Space; a comment; a raw text, a text, or a number; a name, with the dot before it and the bracket after it; a sign. */
const parts =
  /\s+|\/\/.*|(b?r('''|"""|'|")[^]*?\2|b?('''|"""|'|")(?:\\.|[^\\])*?\3|\.?\d(e[-+]\d|\.\d|\w)*)|(\.?)\s*([a-z_]\w*)\s*(\(?)|([=!<>]*=|&&|\|\||\S)/gi
const marks = "-!?:,()[]{}"
const operators = /^(in|&&|\|\||[=!<>]=|[+*/%<>])$/

/** Each as it is written, with its dot and its bracket. */
const variables =
  " event async true false null bool bytes double duration int list map null_type string timestamp type uint "
const conversions = "int( uint( double( "
const functions =
  "size( string( type( dyn( bool( bytes( duration( timestamp( has( date( now( now_plus( now_minus( lowercase( uppercase( b64decode( json_parse( matches( .matches( .startsWith( .endsWith( .contains( .size( .get( .all( .map( .filter( .exists( .exists_one( "

/** What a macro calls an item: `x` of `.exists(x, x > 1)`. It is known outside of it, too. */
const items = /\w\s*\(\s*(\w+)\s*,/g

/**
 * In the shape of an expression `a` is a value, `.` a member of it, `m` a method, `f` a function, `+` an operator with two sides. What `value`
 * finds is `a` again.
 */
const operands = "[-!]*a(?:[-+][-!]*a)*"
const whole = `${operands}(?:\\?${operands}:${operands})*`
const list = (item: string): string => `(?:${item}(?:,${item})*,?)?`
const [many, pairs] = [list(whole), list(`${whole}:${whole}`)]
const value = RegExp(`a\\.|(am|f)\\(${many}\\)|\\(${whole}\\)|a\\[${whole}\\]|\\[${many}\\]|\\{${pairs}\\}`)

/**
 * What keeps an expression from compiling.
 *
 * @param isRestricted as in `cancelOn`: logic, comparisons, index, `in` and conversions of numbers only.
 * @source measured (recording `raw-server-reactions`)
 */
export function expressionFault(text: string, isRestricted = false): string | undefined {
  const shown = JSON.stringify(text)
  let known = variables + conversions + (isRestricted ? "" : functions)
  for (const [, item] of text.matchAll(items)) known += `${item} `
  let shape = ""
  let refused = ""
  for (const [, literal, , , , dot = "", name = "", bracket = "", sign = name] of text.matchAll(parts)) {
    if (literal) shape += "a"
    else if (name && (dot || name !== "in")) {
      const isKnown = known.includes(` ${dot}${name.replace(/^get[A-Z].+/, "get")}${bracket} `)
      if (!isKnown && (bracket || !dot)) refused ||= name + (bracket && "()")
      shape += bracket ? `${dot ? "m" : "f"}(` : dot || "a"
    } else {
      const isMark = marks.includes(sign)
      // Behind a value a minus has two sides.
      const isArithmetic = "-+*/%".includes(sign) && /[a.)\]}]$/.test(shape)
      if (isArithmetic ? isRestricted : !isMark && !operators.test(sign)) refused ||= sign
      shape += isMark ? sign : `+${bracket}`
    }
  }
  if (refused) return `${shown} must not have ${refused}${isRestricted ? " here" : ""}`
  for (let rest = ""; rest !== shape; shape = rest.replace(value, "a")) rest = shape
  return RegExp(`^${whole}$`).test(shape) ? undefined : `${shown} is no CEL expression`
}

/** `data.id` is the same in the event that started the run and in the one that is waited for. @source measured (recording `sync`) */
export function toMatch(given: { if?: string | undefined; match?: string | undefined }): string | undefined {
  return given.match === undefined ? given.if : `event.${given.match} == async.${given.match}`
}
