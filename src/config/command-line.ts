/** The words of a command, or what keeps it from being started without a shell. */
export type CommandLine = {words: string[]} | {mistake: string}

// What a shell would act on. Handed to a program as an argument it does something else, silently: better refused.
const operator = /^(?:&&?|\|\|?|;|\d?>>?(?:&\d)?|<)$/
const withShell = 'imm starts commands without a shell; use ["sh", "-c", "..."] for this'

/**
 * Splits a command into words as a shell would, and does nothing else of what a shell does: blanks separate, single quotes keep everything,
 * double quotes keep everything but `\"` and `\\`, a backslash keeps the next character.
 */
export const splitCommand = (text: string): CommandLine => {
  const words: string[] = []
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)|([^])/gy
  let word: string | undefined
  let bare = true
  const end = () => {
    if (word === undefined) return undefined
    if (bare && operator.test(word)) return `"${word}" needs a shell: ${withShell}`
    words.push(word)
    word = undefined
    bare = true
    return undefined
  }
  for (const [whole, single, double, escaped, plain, broken] of text.matchAll(token)) {
    if (broken !== undefined)
      return {mistake: broken === '\\' ? 'it ends in a lone backslash' : `the quote ${broken} is not closed`}
    if (/`|\$[\w{(]/.test((double ?? plain ?? '').replaceAll(/\\[^]/g, '')))
      return {mistake: `a variable or a command in a command needs a shell: ${withShell}`}
    const piece = single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? plain
    if (piece === undefined) {
      const mistake = whole.trim() === '' ? end() : undefined
      if (mistake) return {mistake}
      continue
    }
    word = (word ?? '') + piece
    bare &&= plain !== undefined
  }
  const mistake = end()
  if (mistake) return {mistake}
  return words.length === 0 || words[0] === '' ? {mistake: 'it is empty'} : {words}
}
