// Controls, and what turns or hides the text after it: a name must look like what it is.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu

/**
 * Somebody else's text (a branch, a commit's subject, a message) with everything but letters, digits, spaces and dashes as character references.
 * Those are never markup: not to Markdown, HTML or tables, and no mention, link, reference or quick action is found in them.
 */
const encoded = (text: string): string =>
  text.replaceAll(/[^\p{L}\p{M}\p{N} -]/gu, (character) => `&#${character.codePointAt(0)};`)

const cut = (text: string, longest: number): string => {
  const characters = Array.from(text)
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`
}

const longestLine = 120
const longestBlock = 2000

/** One line of somebody else's text, literally. In `<code>`, where forges look for no mentions: a code span of backticks can't hold a pipe in a table. */
export const codeLine = (text: string): string =>
  `<code>${encoded(cut(text.replaceAll(unseen, ' ').trim(), longestLine))}</code>`

/** Lines of somebody else's text, literally. */
export const codeBlock = (text: string): string => {
  const lines = text.split('\n').map((line) => line.replaceAll(unseen, ' ').trimEnd())
  return `<pre><code>${cut(lines.join('\n').trim(), longestBlock).split('\n').map(encoded).join('\n')}</code></pre>`
}
