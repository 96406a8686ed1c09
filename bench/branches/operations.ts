import type {Developer} from './developer.ts'
import type {Random} from './random.ts'

export type Kind = 'push' | 'force-push' | 'delete' | 'recreate' | 'rename'

export interface Operation {
  kind: Kind
  name: string
  run: () => Promise<void>
}

// Out of 20.
const shares: readonly Kind[] = [
  ...Array.from({length: 8}, () => 'push' as const),
  ...Array.from({length: 4}, () => 'force-push' as const),
  ...Array.from({length: 3}, () => 'delete' as const),
  ...Array.from({length: 3}, () => 'recreate' as const),
  ...Array.from({length: 2}, () => 'rename' as const),
]

/** What to do next: any kind of thing to any branch, while there are between half of them and all. */
export const operations = (to: Developer, names: readonly string[], {below, oneOf}: Random) => {
  let renamed = 0
  return (): Operation => {
    const present = [...to.branches.keys()]
    const absent = names.filter((name) => !to.branches.has(name))
    const name = oneOf(present)
    const wished = oneOf(shares)
    if (wished === 'delete' && present.length > names.length / 2)
      return {kind: wished, name, run: async () => to.remove(name)}
    if (wished === 'recreate' && absent.length > 0 && present.length < names.length) {
      const again = oneOf(absent)
      return {kind: wished, name: again, run: async () => to.push(again)}
    }
    if (wished === 'rename') {
      // Half of them take a name that another had.
      const next = absent.length > 0 && below(2) === 0 ? oneOf(absent) : `renamed/${++renamed}`
      return {kind: wished, name, run: async () => to.rename(name, next)}
    }
    if (wished === 'force-push') return {kind: wished, name, run: async () => to.forcePush(name)}
    return {kind: 'push', name, run: async () => to.push(name)}
  }
}
