import type {SourceDirectory, SourceNode} from '../lifecycle/ports.ts'
import type {Copy, CopySource} from './copy.ts'
import {full, type Full} from './full.ts'
import {absolute, partsOf, within} from './paths.ts'
import {filesNamed, inspect, lookUp, type Place} from './sources.ts'
import type {Tail} from './tail.ts'

/** What the copies of a tail leave at one path of the image. */
export interface Winner {
  kind: 'winner'
  copy: Copy
  node: SourceNode
  /** path in the context */
  source: string
}

export interface View {
  tree: SourceDirectory
  /** undefined: the copies write nothing there */
  at(dest: string): Winner | Full | undefined
}

/**
 * Looks up what the copies make of a tree, path by path. `inside`: destinations without a slash that are directories in the image, so
 * that a file goes into them.
 */
export const createView = (tail: Tail, tree: SourceDirectory, inside: ReadonlySet<string>): View => {
  const copies = tail.steps.flatMap((step) => (step.kind === 'copy' ? step : []))
  const known = new Map<string, Winner | Full | undefined>()
  const find = (dest: string): Winner | Full | undefined => {
    let last: {copy: Copy; place: Place} | undefined
    for (const copy of copies) {
      if (!within(dest, copy.dest)) continue
      for (const source of copy.sources) {
        const places = candidates(copy, source, dest, tree, inside)
        for (const place of places) {
          const certain = last === undefined || compatible(last.place.node, place.node, places.length > 1)
          if (!certain)
            return full(`what comes to ${dest} is not certain`, {dockerfile: tail.dockerfile, line: copy.line})
          last = {copy, place}
        }
      }
    }
    return last && {kind: 'winner', copy: last.copy, node: last.place.node, source: last.place.parts.join('/')}
  }
  return {
    tree,
    at(dest) {
      if (!known.has(dest)) known.set(dest, find(dest))
      return known.get(dest)
    },
  }
}

/** Directories are merged, other things replaced by what comes later; where one source brings several at once, their order is not certain. */
const compatible = (one: SourceNode, other: SourceNode, together: boolean): boolean => {
  if (one.kind === 'directory' && other.kind === 'directory') return !together || one.mode === other.mode
  return !together && one.kind !== 'directory' && other.kind !== 'directory'
}

/** What of a source comes to a destination. The contents of a directory come, not itself. */
const candidates = (
  copy: Copy,
  source: CopySource,
  dest: string,
  tree: SourceDirectory,
  inside: ReadonlySet<string>,
): Place[] => {
  const rest = partsOf(dest).slice(partsOf(copy.dest).length)
  const [name] = rest
  if (name === undefined)
    return goesInside(copy, source, inside) ? [] : filesNamed(source, tree, source.parts.at(-1) ?? '')
  const found = inspect(source, tree).directories.flatMap(({parts, node}) => {
    const child = lookUp(node, rest)
    return child === undefined ? [] : [{parts: [...parts, ...rest], node: child}]
  })
  if (rest.length > 1 || !goesInside(copy, source, inside)) return found
  return [...found, ...filesNamed(source, tree, name)]
}

/** Whether a file that the source names goes into the destination, and doesn't become it. */
export const goesInside = (copy: Copy, source: CopySource, inside: ReadonlySet<string>): boolean =>
  copy.slash || isPattern(source) || inside.has(copy.dest)

export const isPattern = (source: CopySource): boolean => source.literal < source.parts.length

/** The path in the image that a path of the context has by one source; undefined where it has none. */
export const destinationOf = (
  copy: Copy,
  source: CopySource,
  parts: readonly string[],
  kind: SourceNode['kind'],
  inside: ReadonlySet<string>,
): string | undefined => {
  const rest = parts.slice(source.parts.length)
  if (rest.length > 0) return absolute([...partsOf(copy.dest), ...rest])
  if (kind === 'directory') return undefined
  return goesInside(copy, source, inside) ? absolute([...partsOf(copy.dest), parts.at(-1) ?? '']) : copy.dest
}
