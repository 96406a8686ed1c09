/** The value of a variable; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined

export interface Interpolated {
  text: string
  /** not set and without a default: became empty */
  missing: string[]
}

/** A reference that can't be resolved, in words. */
export class InterpolationProblem extends Error {}

const name = /^[A-Za-z_]\w*/

/**
 * Puts values in for `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, `${NAME:+other}` and the forms without a colon; what stands
 * behind the operator may itself refer to variables. `$$` is one `$` (Compose Specification, 12 Interpolation).
 */
export const interpolate = (text: string, lookup: Lookup): Interpolated => {
  const missing: string[] = []
  return {text: expand(text, lookup, missing), missing}
}

const expand = (text: string, lookup: Lookup, missing: string[]): string => {
  let result = ''
  let rest = text
  for (let at = rest.indexOf('$'); at >= 0; at = rest.indexOf('$')) {
    result += rest.slice(0, at)
    const after = rest.slice(at + 1)
    if (after.startsWith('$')) {
      result += '$'
      rest = after.slice(1)
      continue
    }
    const [bare] = name.exec(after) ?? []
    if (bare !== undefined) {
      result += valueOf(bare, lookup, missing)
      rest = after.slice(bare.length)
      continue
    }
    if (!after.startsWith('{')) throw new InterpolationProblem('a $ that begins no variable is written $$')
    const end = closing(after)
    if (end < 0) throw new InterpolationProblem('${ is not closed; a $ that begins no variable is written $$')
    result += braced(after.slice(1, end), lookup, missing)
    rest = after.slice(end + 1)
  }
  return result + rest
}

/** Where the brace ends that `text` begins with. */
const closing = (text: string): number => {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{' && (at === 0 || text[at - 1] === '$')) depth++
    if (text[at] === '}' && --depth === 0) return at
  }
  return -1
}

const braced = (inside: string, lookup: Lookup, missing: string[]): string => {
  const [variable] = name.exec(inside) ?? []
  const [operator, how, other = ''] = /^(?:(:?[-?+])([^]*))?$/.exec(inside.slice(variable?.length ?? 0)) ?? []
  if (variable === undefined || operator === undefined)
    throw new InterpolationProblem(`\${${inside}} is no reference to a variable; a $ that begins none is written $$`)
  if (how === undefined) return valueOf(variable, lookup, missing)
  const value = lookup(variable)
  const isThere = value !== undefined && (!how.startsWith(':') || value !== '')
  if (how.endsWith('+')) return isThere ? expand(other, lookup, missing) : ''
  if (isThere) return value
  if (how.endsWith('-')) return expand(other, lookup, missing)
  const message = expand(other, lookup, missing)
  throw new InterpolationProblem(`${variable} must be set${message === '' ? '' : `: ${message}`}`)
}

const valueOf = (variable: string, lookup: Lookup, missing: string[]): string => {
  const value = lookup(variable)
  if (value === undefined) missing.push(variable)
  return value ?? ''
}
