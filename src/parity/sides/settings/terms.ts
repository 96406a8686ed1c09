/** Words by their terms; undefined, empty, false and 0 are what holds when nothing is said. */
export type Terms = Readonly<Record<string, string | number | boolean | undefined>>

export const told = (terms: Terms): Record<string, string> =>
  Object.fromEntries(
    Object.entries(terms)
      .filter(([, value]) => value !== undefined && value !== '' && value !== false && value !== 0)
      .map(([term, value]) => [term, String(value)]),
  )

/** `sysctls.net.core.somaxconn` */
export const within = (term: string, values: Readonly<Record<string, string>> = {}): Terms =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${term}.${name}`, value.trim()]))

/** As one line; undefined where there is none. */
export const listed = (words: readonly string[] | undefined): string | undefined =>
  words === undefined || words.length === 0 ? undefined : [...new Set(words)].toSorted().join(', ')
