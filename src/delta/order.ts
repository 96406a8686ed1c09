import {ancestorsOf} from './paths.ts'

/** Parents before children; in each directory first what is taken away, then what is no directory. */
export const inOrder = <Item extends {kind: string; path: string}>(items: readonly Item[]): Item[] => {
  const byParent = new Map<string, Item[]>()
  for (const item of items) {
    const parent = ancestorsOf(item.path).at(-1) ?? '/'
    const siblings = byParent.get(parent)
    if (siblings === undefined) byParent.set(parent, [item])
    else siblings.push(item)
  }
  const from = (parent: string): Item[] =>
    (byParent.get(parent) ?? [])
      .toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))
      .flatMap((item) => (rank(item) === 2 ? [item, ...from(item.path)] : item))
  return from('/')
}

const rank = ({kind}: {kind: string}) => (kind === 'whiteout' ? 0 : kind === 'directory' || kind === 'kept' ? 2 : 1)
