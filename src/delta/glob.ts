const wild = /[*?[]/
/** Go's classes can match more than one expects (`[^a]` also a slash): only plain ones are understood. */
const plainClass = /\[(?:[A-Za-z0-9](?:-[A-Za-z0-9])?|[_.])+\]/g

export const hasWildcards = (part: string): boolean => wild.test(part)

/** How one part of a path, between slashes, is matched as Go's filepath.Match does; undefined where that is not certain. */
export const globPart = (pattern: string): ((name: string) => boolean) | undefined => {
  if (!hasWildcards(pattern)) return (name) => name === pattern
  if (/[[\]\\]/.test(pattern.replaceAll(plainClass, ''))) return undefined
  const source = pattern.replaceAll(/\[[^\]]*\]|[^[]/gu, (token) => {
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    return token.startsWith('[') ? token : token.replace(/[$()+.^{|}\-/]/, String.raw`\$&`)
  })
  const expression = new RegExp(`^${source}$`, 'su')
  return (name) => expression.test(name)
}
