const most = 5

/** The names that were probably meant, the nearest first. */
export const nearNames = (text: string, names: readonly string[]): string[] =>
  [...new Set(names)]
    .map((name) => ({name, likeness: likeness(text.toLowerCase(), name.toLowerCase())}))
    .filter(({likeness}) => likeness > 0.4)
    .toSorted((a, b) => b.likeness - a.likeness)
    .slice(0, most)
    .map(({name}) => name)

/** Dice's coefficient of the pairs of letters; a name that holds the text, or ends where it does, is near in any case. */
const likeness = (a: string, b: string): number => {
  if (b.includes(a) || b.split('/').at(-1) === a.split('/').at(-1)) return 0.9
  const [of, there] = [pairs(a), pairs(b)]
  const shared = of.filter((pair) => there.includes(pair)).length
  return of.length + there.length === 0 ? 0 : (2 * shared) / (of.length + there.length)
}

const pairs = (text: string): string[] =>
  Array.from({length: Math.max(0, text.length - 1)}, (_, at) => text.slice(at, at + 2))
