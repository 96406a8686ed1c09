/** Splits a command as a shell would, without running one: quotes and backslashes; undefined where a quote is not closed. */
export const shellWords = (text: string): string[] | undefined => {
  const result: string[] = []
  let current: string | undefined
  let quote: string | undefined
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    if (quote === "'") {
      if (character === "'") quote = undefined
      else current += character
    } else if (character === '\\' && (quote === undefined || /["\\$`]/.test(text[at + 1] ?? ''))) {
      current = (current ?? '') + (text[++at] ?? '')
    } else if (quote === '"') {
      if (character === '"') quote = undefined
      else current += character
    } else if (character === '"' || character === "'") {
      quote = character
      current ??= ''
    } else if (/\s/.test(character)) {
      if (current !== undefined) result.push(current)
      current = undefined
    } else current = (current ?? '') + character
  }
  if (quote !== undefined) return undefined
  return current === undefined ? result : [...result, current]
}
