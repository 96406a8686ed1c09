/** Text of others as code: nothing in it is taken for markup, for somebody's name or for an issue. In a table a bar would end the cell. */
export const code = (text: string): string => {
  const line = oneLine(text)
  if (line === '') return ''
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({length}) => length))
  const fence = '`'.repeat(longest + 1)
  const inner = line.startsWith('`') || line.endsWith('`') || /^ .*\S.* $/.test(line) ? ` ${line} ` : line
  return `${fence}${inner.replaceAll('|', String.raw`\|`)}${fence}`
}

/** A sentence: words with an @ are code, as the name of an npm package would call people, and the rest is escaped. */
export const prose = (text: string): string =>
  oneLine(text)
    .split(' ')
    .map((word) => (word.includes('@') ? code(word) : escaped(word)))
    .join(' ')

const escaped = (word: string): string =>
  word
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|#~!]/g, String.raw`\$&`)
    // What begins with a protocol would become a link.
    .replaceAll('://', ':&#8203;//')

// oxlint-disable-next-line no-control-regex -- these are what is taken out
const control = /[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g

const oneLine = (text: string): string => text.toWellFormed().replaceAll(control, ' ').replaceAll(/ {2,}/g, ' ').trim()
