import {globPart, hasWildcards} from './glob.ts'
import {absolute, partsOf} from './paths.ts'
import type {Scope} from './scope.ts'
import type {Words} from './words.ts'

/** One source of a COPY: a path of the context, or a pattern for one. */
export interface CopySource {
  parts: readonly string[]
  /** how each part is matched */
  matches: readonly ((name: string) => boolean)[]
  /** parts before the first with a wildcard; `parts.length` for a path */
  literal: number
}

/** A COPY or ADD from the context, understood. */
export interface Copy {
  kind: 'copy'
  line: number
  text: string
  add: boolean
  sources: readonly CopySource[]
  /** absolute */
  dest: string
  /** the destination is written as a directory */
  slash: boolean
  /** `named`: only the image tells the numbers */
  owner: {uid: number; gid: number} | 'named'
  /** for files and directories alike; undefined: as in the source */
  mode: number | undefined
}

/** A step that puts something into the image that the context doesn't tell. */
export interface Opaque {
  kind: 'opaque'
  line: number
  text: string
  dest: string
  slash: boolean
}

const remote = /^(?:https?:|git:|ssh:|git@|[\w.-]+@[\w.-]+:)|\.git(?:#|$)/
const understood = new Set(['from', 'chown', 'chmod', 'link'])

/** What a COPY or ADD does; a string says why that is not certain. */
export const readCopy = (
  words: Words | undefined,
  scope: Scope,
  at: {line: number; text: string; heredocs: readonly string[]},
): Copy | Opaque | string => {
  if (words === undefined) return 'it is quoted in a way that builders read differently'
  const flags = new Map(words.flags.map(({name, value}) => [name, value]))
  const unknown = words.flags.find(({name}) => !understood.has(name))
  if (unknown !== undefined) return `--${unknown.name} is not understood`
  if (flags.size < words.flags.length) return 'it has a flag twice'
  const last = words.args.at(-1)
  const dest = last === undefined ? undefined : scope.expand(last)
  if (dest === undefined || words.args.length < 2) return 'its destination is not certain'
  const from = scope.workingDir ?? (dest.startsWith('/') ? '/' : undefined)
  if (from === undefined) return 'the working directory is not certain'
  const {line, text} = at
  const slash = dest === '' || dest === '.' || dest.endsWith('/')
  const place = {line, text, slash, dest: absolute(partsOf(dest.startsWith('/') ? dest : `${from}/${dest}`))}
  if (flags.has('from')) return {kind: 'opaque', ...place}
  const names = words.args.slice(0, -1)
  if (names.length > 1 && !slash) return 'several sources need a destination with a slash at its end'
  if (at.heredocs.length > 0)
    return names.every((name) => name.includes('<<')) ? {kind: 'opaque', ...place} : 'it mixes files and a heredoc'
  const owner = ownerOf(scope.expand(flags.get('chown') ?? ''))
  if (owner === undefined) return '--chown is not certain'
  const mode = flags.get('chmod')
  // More than permissions, and variables, are taken differently by different builders.
  if (mode !== undefined && !/^0?[0-7]{3}$/.test(mode)) return '--chmod is not certain'
  const sources = names.map((name) => readSource(scope.expand(name)))
  if (!sources.every((source) => source !== undefined)) return 'its sources are not certain'
  const add = words.keyword === 'ADD'
  return {kind: 'copy', ...place, add, sources, owner, mode: mode === undefined ? undefined : Number.parseInt(mode, 8)}
}

/** Undefined for what is no path of the context, or not to be known. */
export const readSource = (text: string | undefined): CopySource | undefined => {
  if (text === undefined || text === '' || remote.test(text)) return undefined
  const parts = partsOf(text)
  const matches = parts.map(globPart)
  if (!matches.every((match) => match !== undefined)) return undefined
  const wild = parts.findIndex(hasWildcards)
  return {parts, matches, literal: wild === -1 ? parts.length : wild}
}

const ownerOf = (text: string | undefined): Copy['owner'] | undefined => {
  if (text === undefined) return undefined
  if (text === '') return {uid: 0, gid: 0}
  const [, uid, gid = uid] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(text) ?? []
  return uid === undefined ? 'named' : {uid: Number(uid), gid: Number(gid)}
}
