/** Known, not set, or not to be known here. */
export type Value = {text: string} | 'unset' | 'unknown'

const reference = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::([-+])([^}$]*))?\})/g

/** Puts variables into a word as builders do for Dockerfiles; undefined where one of them, or how it is written, is not known. */
export const expandWord = (word: string, lookup: (name: string) => Value): string | undefined => {
  let known = true
  const text = word.replaceAll(reference, (...match: unknown[]) => {
    const [, bare, braced, how, other = ''] = match as (string | undefined)[]
    const value = lookup(bare ?? braced ?? '')
    if (value === 'unknown') known = false
    const set = typeof value === 'object' ? value.text : ''
    if (how === '-') return set || other
    if (how === '+') return set ? other : ''
    return set
  })
  return known && !word.replaceAll(reference, '').includes('$') ? text : undefined
}
