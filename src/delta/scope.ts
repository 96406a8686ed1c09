import {expandWord, type Value} from './expand.ts'
import type {Words} from './words.ts'

/** What the image underneath sets; an image that was built on it sets at least as much. */
export interface Underneath {
  workingDir: string
  env: Readonly<Record<string, string>>
}

/** The variables and the working directory at one instruction of a chain of stages. Advances with every instruction read. */
export interface Scope {
  expand(word: string): string | undefined
  /** undefined where it hangs on something unknown */
  readonly workingDir: string | undefined
  /** ENV, ARG and WORKDIR change it, all others don't. `text`: the instruction as it is written */
  read(words: Words | undefined, text: string): void
  /** the next stage of the chain begins */
  nextStage(): void
}

/** Set by the builder and not to be known here. */
const predefined =
  /^(?:(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)|(?:https?|ftp|no|all)_proxy|BUILDKIT_.*|SOURCE_DATE_EPOCH)$/i
const pair = /\s*([A-Za-z_]\w*)=(?:"([^"\\]*)"|'([^'\\]*)'|([^\s"'\\]*))(?=\s|$)/y
const legacy = /^([A-Za-z_]\w*)\s+([^"'\\=]+)$/

export interface ScopeOptions {
  args: Readonly<Record<string, string>>
  /** of the ARGs before the first FROM */
  global: ReadonlyMap<string, Value>
  underneath: Underneath
  /** every name that an ENV of the chain sets: before it does, what it was underneath is not known; undefined: no name is certain */
  envNames: ReadonlySet<string> | undefined
  /** a WORKDIR anywhere in the chain hides the one underneath */
  workdirs: boolean
}

export const createScope = ({args, global, underneath, envNames, workdirs}: ScopeOptions): Scope => {
  const env = new Map<string, Value>()
  let own = new Map<string, Value>()
  const inherited = new Set<string>()
  let lost = envNames === undefined
  let workingDir: string | undefined = workdirs ? undefined : underneath.workingDir || '/'

  const lookup = (name: string): Value => {
    if (lost) return 'unknown'
    const set = env.get(name)
    if (set !== undefined) return set
    if (envNames?.has(name)) return 'unknown'
    const below = underneath.env[name]
    if (below !== undefined) return {text: below}
    // Builders differ in whether a stage hands its ARGs on to those that stand on it.
    return own.get(name) ?? (inherited.has(name) || /proxy$/i.test(name) ? 'unknown' : 'unset')
  }
  const expand = (word: string) => expandWord(word, lookup)

  const declare = (name: string, preset: Value) => {
    const given = args[name]
    const value = predefined.test(name) ? 'unknown' : given === undefined ? preset : {text: given}
    const before = own.get(name)
    // Builders differ in which of two declarations holds.
    own.set(name, before !== undefined && !sameValue(before, value) ? 'unknown' : value)
  }

  const read = (words: Words | undefined, text: string) => {
    const [, keyword = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? []
    if (keyword.toUpperCase() === 'ENV') {
      const pairs = readPairs(rest)
      lost ||= pairs === undefined
      // All values of one ENV see what held before it.
      for (const [name, value] of (pairs ?? []).map(([key, raw]) => [key, valueOf(raw, expand)] as const))
        env.set(name, value)
    }
    if (keyword.toUpperCase() === 'ARG') {
      for (const word of rest.split(/\s+/)) {
        const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? []
        if (name === undefined) lost = true
        else declare(name, value === undefined ? (global.get(name) ?? 'unset') : valueOf(plain(value), expand))
      }
    }
    if (keyword.toUpperCase() === 'WORKDIR') workingDir = joined(workingDir, words, expand)
  }

  return {
    expand,
    get workingDir() {
      return workingDir
    },
    read,
    nextStage() {
      for (const name of own.keys()) inherited.add(name)
      own = new Map()
    },
  }
}

/** Names that an ENV instruction sets, with the raw value and whether variables count in it; undefined where that can't be read. */
export const readPairs = (rest: string): [string, Raw][] | undefined => {
  const [, name, value] = legacy.exec(rest) ?? []
  if (name !== undefined && value !== undefined) return [[name, {text: value, literal: false}]]
  const found: [string, Raw][] = []
  let at = 0
  while (at < rest.trimEnd().length) {
    pair.lastIndex = at
    const match = pair.exec(rest)
    if (match === null) return undefined
    const [whole, key = '', double, single, bare] = match
    found.push([key, {text: double ?? single ?? bare ?? '', literal: single !== undefined}])
    at += whole.length
  }
  return found
}

interface Raw {
  text: string
  literal: boolean
}

const plain = (text: string): Raw | undefined => {
  const [, double, single, bare] = /^(?:"([^"\\]*)"|'([^'\\]*)'|([^"'\\]*))$/s.exec(text) ?? []
  const value = double ?? single ?? bare
  return value === undefined ? undefined : {text: value, literal: single !== undefined}
}

const valueOf = (raw: Raw | undefined, expand: (word: string) => string | undefined): Value => {
  const text = raw?.literal ? raw.text : raw && expand(raw.text)
  return text === undefined ? 'unknown' : {text}
}

const sameValue = (a: Value, b: Value) => (typeof a === 'object' && typeof b === 'object' ? a.text === b.text : a === b)

const joined = (
  before: string | undefined,
  words: Words | undefined,
  expand: (word: string) => string | undefined,
): string | undefined => {
  const [word, ...more] = words?.args ?? []
  const path = word === undefined || more.length > 0 ? undefined : expand(word)
  if (path === undefined || path === '') return undefined
  if (path.startsWith('/')) return path
  return before === undefined ? undefined : `${before}/${path}`
}

/** The ARGs before the first FROM. */
export const readGlobal = (texts: readonly string[], args: Readonly<Record<string, string>>): Map<string, Value> => {
  const values = new Map<string, Value>()
  const expand = (word: string) => expandWord(word, (name) => values.get(name) ?? unset(name))
  for (const text of texts)
    for (const word of text.split(/\s+/).slice(1)) {
      const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? []
      if (name === undefined) continue
      const given = args[name]
      if (predefined.test(name)) values.set(name, 'unknown')
      else if (given !== undefined) values.set(name, {text: given})
      else values.set(name, value === undefined ? 'unset' : valueOf(plain(value), expand))
    }
  return values
}

const unset = (name: string): Value => (predefined.test(name) ? 'unknown' : 'unset')

/** Variables in FROM: only the ARGs before the first of them count. */
export const expandGlobal = (word: string, global: ReadonlyMap<string, Value>): string | undefined =>
  expandWord(word, (name) => global.get(name) ?? unset(name))
