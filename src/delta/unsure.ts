import type {SourceDirectory} from '../lifecycle/ports.ts'
import type {CopySource} from './copy.ts'
import {full, type Full} from './full.ts'
import {within} from './paths.ts'
import {inspect, someFile} from './sources.ts'
import type {Tail} from './tail.ts'
import {isPattern} from './view.ts'

/** What makes a tail's effect on the affected paths uncertain, whatever changed. */
export const unsure = (
  {steps, dockerfile}: Tail,
  trees: readonly SourceDirectory[],
  affected: ReadonlySet<string>,
): Full | undefined => {
  // Through a link it reads what it doesn't name: no change is known to be none of its business.
  const follower = steps.find(
    (step) => step.kind === 'copy' && step.sources.some((source) => trees.some((tree) => inspect(source, tree).link)),
  )
  if (follower?.kind === 'copy') return full(`${follower.text} follows a link`, {dockerfile, line: follower.line})
  // A layer says by such names what it takes away.
  const marked = [...affected].find((path) => path.includes('/.wh.'))
  if (marked !== undefined) return full(`${marked} has a name that layers use themselves`)
  for (const step of steps) {
    if (step.kind === 'workdir') continue
    const at = {dockerfile, line: step.line}
    const sources = step.kind === 'copy' ? step.sources : []
    const bringsFiles = (of: readonly CopySource[]) =>
      of.some((source) => trees.some((tree) => someFile(source, tree) !== undefined))
    // The first file of a pattern would become a destination that is no directory, where a directory would make it one.
    if (step.kind === 'copy' && !step.slash && bringsFiles(sources.filter(isPattern)) && hasDirectories(sources, trees))
      return full(`${step.text} copies files and directories to a destination without a slash`, at)
    const unpacks = step.kind === 'copy' && step.add && bringsFiles(sources)
    if (step.kind !== 'opaque' && !unpacks) continue
    const touched = [...affected].find((path) => within(path, step.dest) || within(step.dest, path))
    if (touched !== undefined) return full(`${step.text} may write ${touched} too`, at)
  }
  return undefined
}

const hasDirectories = (sources: readonly CopySource[], trees: readonly SourceDirectory[]) =>
  sources.some((source) => trees.some((tree) => inspect(source, tree).directories.length > 0))
