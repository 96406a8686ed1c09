/** One instruction as it is written, without the bodies of its here-documents. */
export interface Written {
  /** from 1 */
  line: number
  /** on one line: continuations joined, comments between them left out */
  text: string
  heredocs: readonly string[]
}

const heredoc = /^\d*<<(-?)["']?([\w.-]+)["']?$/
const takesHeredocs = /^\s*(?:onbuild\s+)?(?:run|copy|add)\s/i

/**
 * The instructions of a Dockerfile with the default escape character, found by nothing but lines; undefined where builders could read
 * them differently. The parser's findings are held against it: an instruction that only one of them sees is one that could be missed.
 */
export const writtenInstructions = (text: string): Written[] | undefined => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const found: Written[] = []
  for (let at = 0; at < lines.length; at += 1) {
    if (/^\s*(?:#|$)/.test(lines[at] ?? '')) continue
    const start = at
    let joined = ''
    for (; at < lines.length; at += 1) {
      const line = lines[at] ?? ''
      if (/\\\\[ \t]*$/.test(line)) return undefined
      if (at > start && /^\s*(?:#|$)/.test(line)) continue
      const [, continued] = /^(.*)\\[ \t]*$/.exec(line) ?? []
      joined += continued ?? line
      if (continued === undefined) break
    }
    const heredocs = takesHeredocs.test(joined) ? joined.split(/\s+/).filter((word) => /^\d*<</.test(word)) : []
    for (const word of heredocs) {
      const [, tabs, name] = heredoc.exec(word) ?? []
      if (name === undefined) return undefined
      do at += 1
      while (at < lines.length && (tabs ? (lines[at] ?? '').replace(/^\t+/, '') : lines[at]) !== name)
      if (at >= lines.length) return undefined
    }
    found.push({line: start + 1, text: joined.trim(), heredocs})
  }
  return found
}
