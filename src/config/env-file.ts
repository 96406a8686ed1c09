import {expandVariables} from './expand.ts'

/** What an env file comes to. `mistakes` and `warnings` never repeat a value. */
export interface EnvFile {
  values: Record<string, string>
  mistakes: {line: number; message: string}[]
  warnings: {line: number; message: string}[]
}

const entry = /^[^\S\n]*(?:export[^\S\n]+)?([^\s=:#'"]+)[^\S\n]*(?:([=:])[^\S\n]*|(?=\n|#|$))/

/**
 * Parses an env file as Compose does: `KEY=value`, `KEY: value`, `export`, `#` comments, 'as it is', "with \n and ${NAME}", values over
 * several lines in quotes. Unquoted and double-quoted values know `$NAME`, `${NAME:-default}` and `$$`. A key alone is taken from outside.
 */
export const parseEnvFile = (text: string, lookup: (name: string) => string | undefined): EnvFile => {
  const result: EnvFile = {values: {}, mistakes: [], warnings: []}
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  let offset = 0
  const lineHere = () => source.slice(0, offset).split('\n').length
  const skipLine = () => {
    const end = source.indexOf('\n', offset)
    offset = end === -1 ? source.length : end + 1
  }
  while (offset < source.length) {
    const line = lineHere()
    const rest = source.slice(offset)
    if (/^[^\S\n]*(?:#|\n|$)/.test(rest)) {
      skipLine()
      continue
    }
    const [head, key, equals] = entry.exec(rest) ?? []
    if (head === undefined || key === undefined) {
      result.mistakes.push({line, message: 'expected KEY=VALUE'})
      skipLine()
      continue
    }
    offset += head.length
    if (equals === undefined) {
      const outside = lookup(key)
      if (outside === undefined)
        result.warnings.push({line, message: `${key} has no value and is not set outside; left out`})
      else result.values[key] = outside
      skipLine()
      continue
    }
    const value = readValue(source.slice(offset))
    if (value === undefined) {
      result.mistakes.push({
        line,
        message: `the quote that begins the value of ${key} is not closed, or text follows it`,
      })
      skipLine()
      continue
    }
    offset += value.length
    skipLine()
    let missing = false
    const known = (name: string, optional: boolean) => {
      const found = lookup(name) ?? result.values[name]
      missing ||= found === undefined && !optional
      return found
    }
    result.values[key] = value.literal ? value.text : expandVariables(value.text, known)
    // The variable stays unnamed: in `pa$word` its name is half of a password.
    if (missing)
      result.warnings.push({
        line,
        message: `${key} refers to a variable that is not set; single quotes keep a $ as it is`,
      })
  }
  return result
}

const readValue = (rest: string): {text: string; literal: boolean; length: number} | undefined => {
  const quote = rest[0]
  if (quote !== '"' && quote !== "'") {
    const [whole = ''] = /^[^\n]*/.exec(rest) ?? []
    return {text: whole.replace(/(?:^|\s)#.*$/, '').trim(), literal: false, length: whole.length}
  }
  const pattern =
    quote === '"' ? /^"((?:[^"\\]|\\[^])*)"[^\S\n]*(?:#[^\n]*)?(?=\n|$)/ : /^'([^']*)'[^\S\n]*(?:#[^\n]*)?(?=\n|$)/
  const [whole, inner] = pattern.exec(rest) ?? []
  if (whole === undefined || inner === undefined) return undefined
  return {text: quote === '"' ? unescaped(inner) : inner, literal: quote === "'", length: whole.length}
}

const escapes: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$'}

const unescaped = (text: string): string =>
  text.replaceAll(/\\([^])/g, (whole, character: string) => escapes[character] ?? whole)
