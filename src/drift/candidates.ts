import type {InstanceChange} from '../lifecycle/ports.ts'
import {above} from './paths.ts'

/** What may have drifted: what is below an added or a deleted directory goes with it. */
export interface Candidates {
  added: readonly {path: string; below: number}[]
  others: readonly InstanceChange[]
}

export const candidatesOf = (changes: readonly InstanceChange[]): Candidates => {
  const paths = (kind: InstanceChange['kind']) =>
    new Set(changes.filter((one) => one.kind === kind).map(({path}) => path))
  const added = paths('added')
  const deleted = paths('deleted')
  const below = new Map<string, number>()
  for (const path of added) {
    const top = above(path).findLast((directory) => added.has(directory))
    if (top === undefined) below.set(path, below.get(path) ?? 0)
    else below.set(top, (below.get(top) ?? 0) + 1)
  }
  return {
    added: [...below].map(([path, count]) => ({path, below: count})),
    others: changes.filter(
      ({path, kind}) =>
        kind === 'changed' || (kind === 'deleted' && !above(path).some((directory) => deleted.has(directory))),
    ),
  }
}

/** What has to be looked up to tell: in the container all of them, in the image those that it may have. */
export const wantedPaths = ({added, others}: Candidates): {container: string[]; image: string[]} => {
  const image = others.map(({path}) => path)
  return {container: [...added.map(({path}) => path), ...image], image}
}
