import type {FileFact} from '../../image/facts.ts'
import {leadsTo} from '../../image/link-target.ts'
import type {Both} from '../difference.ts'
import {paired} from '../paired.ts'

export type FileDifferenceKind = 'missing' | 'kind' | 'content' | 'link' | 'mode' | 'owner' | 'attributes'

/** How one file differs; what is missing has one side alone. */
export interface FileDifference {
  kind: FileDifferenceKind
  path: string
  a?: FileFact | undefined
  b?: FileFact | undefined
}

/** All of them, in the order of paths. */
export const fileDifferences = ({a, b}: Both<readonly FileFact[]>): FileDifference[] => {
  const found: FileDifference[] = []
  for (const each of paired({a, b}, byPath)) {
    const {a: left, b: right} = each
    if (left !== undefined && right !== undefined) found.push(...between(left, right))
    else found.push({kind: 'missing', path: (left ?? right)?.path ?? '', ...each})
  }
  return withoutFull(found)
}

const byPath = ({path: a}: {path: string}, {path: b}: {path: string}): number => (a < b ? -1 : a === b ? 0 : 1)

const between = (a: FileFact, b: FileFact): FileDifference[] => {
  const differing = (kind: FileDifferenceKind, differs: boolean): FileDifference[] =>
    differs ? [{kind, path: a.path, a, b}] : []
  if (a.kind !== b.kind || a.device !== b.device) return differing('kind', true)
  return [
    ...differing('content', a.sha256 !== b.sha256 || a.size !== b.size),
    ...differing('link', leadsTo(a) !== leadsTo(b)),
    // The mode of a link means nothing.
    ...differing('mode', a.mode !== b.mode && a.kind !== 'link'),
    ...differing('owner', a.uid !== b.uid || a.gid !== b.gid),
    ...differing('attributes', attributesOf(a) !== attributesOf(b)),
  ]
}

/** Without the label of the machine that it was built on. */
export const attributesOf = ({xattrs = {}}: FileFact): string =>
  Object.entries(xattrs)
    .filter(([name]) => name !== 'security.selinux')
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(' ')

/** A directory that is missing with what is in it is told by that. */
const withoutFull = (found: readonly FileDifference[]): FileDifference[] => {
  const missing = found.filter(({kind}) => kind === 'missing')
  const parents = new Set(missing.map(({path}) => parentOf(path)))
  return found
    .filter((each) => each.kind !== 'missing' || (each.a ?? each.b)?.kind !== 'directory' || !parents.has(each.path))
    .toSorted((a, b) => (a.path < b.path ? -1 : a.path === b.path ? 0 : 1))
}

export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/'
