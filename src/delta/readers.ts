import type {SourceDirectory} from '../lifecycle/ports.ts'
import {readSource, type CopySource} from './copy.ts'
import {inspect} from './sources.ts'
import type {Words} from './words.ts'

/** An instruction that reads the context where a change can't be put on top of the image. */
export interface Reader {
  line: number
  text: string
  /** undefined: all of the context */
  sources: readonly CopySource[] | undefined
  /** modes of the directories above what it reads count too */
  parents: boolean
  /** why a change of what it reads needs a full build; the path is put in for `{}` */
  reason: {line: number; text: string}
}

/** What a RUN reads of the context by its mounts: undefined for nothing, `all` for what is not certain. */
export const readMounts = (words: Words | undefined, text: string): readonly CopySource[] | 'all' | undefined => {
  const mounts = mountsOf(words, text)
  if (mounts === undefined) return 'all'
  const sources: CopySource[] = []
  for (const mount of mounts) {
    if ((mount.get('type') ?? 'bind') !== 'bind' || mount.has('from')) continue
    const name = mount.get('source') ?? mount.get('src') ?? '/'
    const source = readSource(name)
    // A mount takes wildcards as they are.
    if (source === undefined || source.literal < source.parts.length || name.includes('$')) return 'all'
    sources.push(source)
  }
  return sources.length > 0 ? sources : undefined
}

/** The stages or images that a RUN mounts; undefined where that is not certain. */
export const mountedFrom = (words: Words | undefined, text: string): string[] | undefined =>
  mountsOf(words, text)?.flatMap((mount) => mount.get('from') ?? [])

const mountsOf = (words: Words | undefined, text: string): ReadonlyMap<string, string>[] | undefined => {
  if (!text.includes('--mount')) return []
  // The command itself may be quoted in any way: only the flags before it count, and they come first.
  const flags = words?.flags ?? leadingFlags(text)
  if (flags === undefined) return undefined
  const mounts = flags.filter(({name}) => name === 'mount').map(({value}) => value)
  if (mounts.some((mount) => /["'\\]/.test(mount))) return undefined
  return mounts.map(
    (mount) =>
      new Map(
        mount.split(',').map((option) => {
          const [key = '', ...value] = option.split('=')
          return [key.trim().toLowerCase(), value.join('=')]
        }),
      ),
  )
}

const leadingFlags = (text: string): Words['flags'] | undefined => {
  const flags: {name: string; value: string}[] = []
  for (const word of text.split(/\s+/).slice(1)) {
    if (!word.startsWith('--')) return flags
    const [, name, value = ''] = /^--([a-z]+)(?:=(.*))?$/.exec(word) ?? []
    if (name === undefined) return undefined
    flags.push({name, value})
  }
  return undefined
}

/** Whether a change of the path can be seen by the reader. `structural`: it comes, goes, or becomes another kind of thing. */
export const reads = (
  reader: Reader,
  parts: readonly string[],
  structural: boolean,
  trees: readonly SourceDirectory[],
): boolean =>
  reader.sources === undefined ||
  reader.sources.some(
    (source) =>
      relation(source, parts) === 'inside' ||
      (relation(source, parts) === 'above' && (structural || reader.parents)) ||
      // Through a link it reads what is elsewhere.
      trees.some((tree) => inspect(source, tree).link),
  )

/** Where a path lies as a source sees it: at or below what it matches, above it, or elsewhere. */
export const relation = (source: CopySource, parts: readonly string[]): 'inside' | 'above' | 'elsewhere' => {
  const depth = Math.min(source.parts.length, parts.length)
  for (let index = 0; index < depth; index += 1)
    if (source.matches[index]?.(parts[index] ?? '') !== true) return 'elsewhere'
  return parts.length >= source.parts.length ? 'inside' : 'above'
}
