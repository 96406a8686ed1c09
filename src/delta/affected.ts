import type {SourceDirectory} from '../lifecycle/ports.ts'
import type {Copy, CopySource} from './copy.ts'
import {childrenOf, differences, structural, type Difference} from './diff.ts'
import {full, isFull, type Full} from './full.ts'
import {partsOf} from './paths.ts'
import {reads, relation} from './readers.ts'
import {findsAnything} from './sources.ts'
import type {Tail} from './tail.ts'
import {destinationOf, isPattern, type View} from './view.ts'

/** So many differences are built in full: finding out about them would take as long. */
const most = 4000

/** Paths of the image that could differ because the trees do; Full where a difference reaches more than the tail's copies. */
export const affectedBy = (
  tail: Tail,
  before: SourceDirectory,
  after: View,
  inside: ReadonlySet<string>,
): Set<string> | Full => {
  const found = new Set<string>()
  const trees = [before, after.tree]
  let count = 0
  const visit = (difference: Difference): Full | undefined => {
    count += 1
    if (count > most) return tooMany
    const fixed = protectedPath(tail, difference.parts) ?? readBefore(tail, difference, trees)
    if (fixed !== undefined) return fixed
    let descend = false
    for (const copy of tail.steps)
      for (const source of copy.kind === 'copy' ? copy.sources : []) {
        if (copy.kind !== 'copy') continue
        const reach = reachOf(tail, copy, source, difference, trees, inside)
        if (isFull(reach)) return reach
        if (reach === undefined) continue
        if (reach.dest !== undefined) found.add(reach.dest)
        descend ||= reach.dest === undefined || isDirectory(after.at(reach.dest))
      }
    if (!descend || !structural(difference)) return undefined
    for (const child of childrenOf(difference)) {
      const problem = visit(child)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  for (const difference of differences(before, after.tree)) {
    const problem = visit(difference)
    if (problem !== undefined) return problem
  }
  return found
}

export const tooMany: Full = full('so many changes are built in full')

/** What came is written path by path; what went goes with its top, unless another copy leaves a directory there. */
const isDirectory = (winner: ReturnType<View['at']>): boolean =>
  winner?.kind === 'winner' && winner.node.kind === 'directory'

/** The files that say how to build. */
export const protectedPath = ({dockerfile}: Tail, parts: readonly string[]): Full | undefined => {
  const path = parts.join('/')
  const file = partsOf(dockerfile).join('/')
  return [file, '.dockerignore', `${file}.dockerignore`].includes(path) ? full(`${path} says how to build`) : undefined
}

const readBefore = (tail: Tail, difference: Difference, trees: readonly SourceDirectory[]): Full | undefined => {
  const reader = tail.readers.find((each) => reads(each, difference.parts, structural(difference), trees))
  if (reader === undefined) return undefined
  const {line, text} = reader.reason
  return full(
    text.replace('{}', () => difference.parts.join('/')),
    {dockerfile: tail.dockerfile, line},
  )
}

/** Where a difference comes to by one source: `dest` undefined: by what lies in it. Undefined: nowhere. */
const reachOf = (
  {dockerfile}: Tail,
  copy: Copy,
  source: CopySource,
  difference: Difference,
  trees: readonly SourceDirectory[],
  inside: ReadonlySet<string>,
): {dest: string | undefined} | Full | undefined => {
  const {parts, before, after} = difference
  const at = {dockerfile, line: copy.line}
  const path = parts.join('/')
  const where = relation(source, parts)
  if (where === 'elsewhere') return undefined
  const kind = (after ?? before)?.kind ?? 'file'
  if (where === 'above') {
    if (!structural(difference)) return undefined
    return isPattern(source) ? {dest: undefined} : full(`${copy.text} names what lies in ${path}`, at)
  }
  if (parts.length === source.parts.length) {
    if (structural(difference)) {
      if (before !== undefined && after !== undefined) return full(`${path} became another kind of thing`, at)
      if (!isPattern(source)) return full(`${copy.text} names ${path}, which came or went`, at)
      if (!trees.every((tree) => findsAnything(source, tree)))
        return full(`all that ${copy.text} copies came or went`, at)
    }
    if (copy.add && kind === 'file') return full(`${copy.text} could unpack ${path}`, at)
    if (kind === 'directory') return structural(difference) ? {dest: undefined} : undefined
  }
  return {dest: destinationOf(copy, source, parts, kind, inside)}
}
