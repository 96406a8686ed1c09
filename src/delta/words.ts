/** An instruction taken apart. */
export interface Words {
  /** upper case */
  keyword: string
  /** in their order; without a value: '' */
  flags: readonly {name: string; value: string}[]
  args: readonly string[]
  /** what follows the keyword and the flags, as it is written */
  rest: string
}

/** Undefined for what is quoted, escaped or in brackets without being JSON: builders differ there. */
export const wordsOf = (text: string): Words | undefined => {
  const [, keyword = '', after = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? []
  const flags: {name: string; value: string}[] = []
  let rest = after
  for (;;) {
    const [whole, name, value = ''] = /^--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)/i.exec(rest) ?? []
    if (whole === undefined || name === undefined) break
    flags.push({name, value})
    rest = rest.slice(whole.length)
  }
  const args = rest.startsWith('[') ? jsonWords(rest) : rest.split(/\s+/).filter((word) => word !== '')
  if (args === undefined || rest.startsWith('--')) return undefined
  if ([...args, ...flags.map(({value}) => value)].some((word) => /["'\\]/.test(word))) return undefined
  return {keyword: keyword.toUpperCase(), flags, args, rest}
}

const jsonWords = (text: string): string[] | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
  } catch {
    return undefined
  }
}

/** One line that shows an instruction to people. */
export const shown = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
