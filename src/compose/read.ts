import {isPair, isScalar, LineCounter, parseDocument, visit} from 'yaml'
import type {Document, Node, Scalar} from 'yaml'

import {locate, unresolvedAliases} from '../config/yaml-place.ts'
import {ImmError} from '../errors.ts'
import {isMap, pathName} from './tree.ts'
import type {Path, TreeMap} from './tree.ts'

/** What a later file says of an earlier one's value: `!reset` takes it away, `!override` replaces it whole (Compose Specification, Merge). */
export type Mark = 'reset' | 'override'

/** One Compose file as it is written. */
export interface ComposeFile {
  /** absolute */
  file: string
  tree: TreeMap
  /** by the key's name, `services.web.ports` */
  marks: ReadonlyMap<string, Mark>
  /** `compose.yaml:6:5` of the key, or of the nearest above it that is there */
  at: (path: Path) => string
}

export interface Problem {
  path: Path
  message: string
}

/** COMPOSE_INVALID with every problem at its place, in the order of the file. */
export const composeInvalid = ({at}: Pick<ComposeFile, 'at'>, problems: readonly Problem[]): ImmError =>
  new ImmError(
    'COMPOSE_INVALID',
    problems
      .map(({path, message}) => `${at(path)}: ${path.length > 0 ? `${pathName(path)}: ` : ''}${message}`)
      .join('\n'),
  )

/** Reads the text of a file; `name` is what messages call it. COMPOSE_INVALID where it is no YAML, or no map. */
export const parseCompose = (text: string, file: string, name: string): ComposeFile => {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
    logLevel: 'silent',
  })
  const position = (offset: number): string => {
    const {line, col} = lines.linePos(offset)
    return `${name}:${Math.max(line, 1)}:${Math.max(col, 1)}`
  }
  const syntax = document.errors.map(({pos, message}) => ({offset: pos[0], message}))
  const broken = [...syntax, ...unresolvedAliases(document)].map(
    ({offset, message}) => `${position(offset)}: ${message}`,
  )
  visit(document, {
    Scalar: (_key, scalar) => {
      // `mode: 0440`: Compose's own parser takes it as octal, as YAML 1.1 did.
      if (typeof scalar.value === 'number' && /^0[0-7]+$/.test(scalar.source ?? ''))
        scalar.value = Number.parseInt(scalar.source ?? '', 8)
    },
    Pair: (_key, {key}) => {
      if (isScalar(key) && key.value === '__proto__') broken.push(`${position(key.range?.[0] ?? 0)}: not a name`)
    },
  })
  if (broken.length > 0) throw new ImmError('COMPOSE_INVALID', [...new Set(broken)].join('\n'))
  const marks = takeMarks(document)
  const tree: unknown = toValue(document, position)
  if (tree !== null && !isMap(tree))
    throw new ImmError('COMPOSE_INVALID', `${position(0)}: expected a map with "services"`)
  return {file, tree: tree ?? {}, marks, at: (path) => position(locate(document, path).offset)}
}

const toValue = (document: Document.Parsed, position: (offset: number) => string): unknown => {
  try {
    return document.toJS()
  } catch {
    // Aliases that multiply: yaml stops expanding them.
    throw new ImmError('COMPOSE_INVALID', `${position(0)}: its aliases expand to too much, or to themselves`)
  }
}

const takeMarks = (document: Document.Parsed): Map<string, Mark> => {
  const marks = new Map<string, Mark>()
  visit(document, {
    Pair(_at, pair, ancestors) {
      const tag = (pair.value as Node | null)?.tag
      if (tag !== '!reset' && tag !== '!override') return
      const keys = [...ancestors.filter((one) => isPair(one)), pair].map(({key}) => String((key as Scalar).value))
      marks.set(keys.join('.'), tag === '!reset' ? 'reset' : 'override')
    },
  })
  return marks
}
