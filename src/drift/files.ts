import type {ImageFile, InstanceChange} from '../lifecycle/ports.ts'
import type {Candidates} from './candidates.ts'
import type {FileAspect, FileDifference} from './difference.ts'
import {above} from './paths.ts'

type Files = ReadonlyMap<string, ImageFile>

/** What really differs: engines also report what was only touched, and directories because of what is in them. */
export const fileDifferences = ({added, others}: Candidates, image: Files, container: Files): FileDifference[] => {
  const fresh = added.flatMap(({path, below}): FileDifference[] => {
    const now = container.get(path)
    // Gone again since.
    return now ? [{kind: 'added', path, node: now.kind, below, what: []}] : []
  })
  const changed = others.flatMap((change) => compare(change, image.get(change.path), container.get(change.path)))
  return gathered([...fresh, ...changed]).toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** What is in a directory that took the place of a file goes with it. */
const gathered = (found: readonly FileDifference[]): FileDifference[] => {
  const instead = new Map(found.filter(becameDirectory).map((one) => [one.path, {...one}]))
  const rest = found.filter(({path, below}) => {
    const top = above(path).findLast((directory) => instead.has(directory))
    const holder = instead.get(top ?? '')
    if (holder) holder.below += 1 + below
    return holder === undefined
  })
  return rest.map((one) => instead.get(one.path) ?? one)
}

const becameDirectory = ({node, what}: FileDifference): boolean =>
  node === 'directory' && what.some(({aspect}) => aspect === 'kind')

const compare = (
  {path, kind}: InstanceChange,
  before: ImageFile | undefined,
  now: ImageFile | undefined,
): FileDifference[] => {
  if (now === undefined) return before ? [{kind: 'deleted', path, node: before.kind, below: 0, what: []}] : []
  if (before === undefined) return [{kind: 'added', path, node: now.kind, below: 0, what: []}]
  const what = aspectsOf(before, now, kind)
  return what.length === 0 ? [] : [{kind: 'changed', path, node: now.kind, below: 0, what}]
}

const aspectsOf = (before: ImageFile, now: ImageFile, kind: InstanceChange['kind']): FileAspect[] => {
  if (before.kind !== now.kind) return differing('kind', before.kind, now.kind)
  return [
    ...(now.kind === 'file' ? differing('content', before.content, now.content) : []),
    ...(now.kind === 'link' ? differing('target', before.content, now.content) : []),
    // Podman reports a directory that was deleted and made again as deleted, and nothing of what had been in it.
    ...(now.kind === 'directory' && kind === 'deleted' ? differing('entries', "the image's", 'made anew') : []),
    // A link has no mode of its own.
    ...(now.kind === 'link' ? [] : differing('mode', octal(before.mode), octal(now.mode))),
    ...differing('owner', `${before.uid}:${before.gid}`, `${now.uid}:${now.gid}`),
  ]
}

const differing = (aspect: FileAspect['aspect'], before: string, after: string): FileAspect[] =>
  before === after ? [] : [{aspect, before, after}]

const octal = (mode: number): string => mode.toString(8)
