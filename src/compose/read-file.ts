import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../errors.ts'
import {isSystemError} from '../socket/system-error.ts'
import {interpolate, InterpolationProblem, type Lookup} from './interpolate.ts'
import {composeSchema, type Composed} from './keys/top.ts'
import {resolvePaths} from './paths.ts'
import {problemsOf} from './problems.ts'
import {composeInvalid, parseCompose, type ComposeFile, type Problem} from './read.ts'
import {isMap, mapTexts, pathName, type Path, type TreeMap} from './tree.ts'

/** A file that was read: all keys in their long form, its paths absolute. */
export interface ReadFile extends Pick<ComposeFile, 'file' | 'marks' | 'at'> {
  composed: Composed
  /** of what it includes, absolute */
  envFiles: string[]
}

export interface Reading {
  /** where relative paths begin */
  base: string
  /** what messages call paths relative to */
  from: string
  lookup: Lookup
  /** a variable that is not set, at its place */
  warn: (message: string) => void
  /** every file that was read, in the order in which they were */
  reads: ReadFile[]
  signal: AbortSignal
}

/** `compose.yaml:6:5: services.web.ports: ...`, where the last file that has the key has it. */
export const compositionInvalid = (reads: readonly ReadFile[], at: Path, message: string): ImmError => {
  const read = lastWith(reads, at)
  return read
    ? composeInvalid(read, [{path: at, message}])
    : new ImmError('COMPOSE_INVALID', `${pathName(at)}: ${message}`)
}

/** `compose.yaml:6:5` */
export const placeOf = (reads: readonly ReadFile[], at: Path): string | undefined => lastWith(reads, at)?.at(at)

const lastWith = (reads: readonly ReadFile[], at: Path): ReadFile | undefined => {
  const has = ({composed}: ReadFile): boolean => {
    let value: unknown = composed
    for (const key of at) value = isMap(value) ? value[key] : undefined
    return value !== undefined
  }
  return reads.findLast(has) ?? reads.at(-1)
}

/** Reads one file: variables put in, checked, in long form. COMPOSE_INVALID names everything that is wrong, with line and key. */
export const readComposeFile = async (file: string, reading: Reading): Promise<ReadFile> => {
  const name = path.relative(reading.from, file) || path.basename(file)
  const parsed = parseCompose(await textOf(file, name, reading.signal), file, name)
  const tree = withVariables(parsed, reading)
  const result = composeSchema.safeParse(tree)
  if (!result.success) throw composeInvalid(parsed, inOrder(problemsOf(result.error.issues)))
  const read: ReadFile = {...parsed, composed: resolvePaths(result.data, reading.base), envFiles: []}
  reading.reads.push(read)
  return read
}

const textOf = async (file: string, name: string, signal: AbortSignal): Promise<string> => {
  try {
    return await readFile(file, {encoding: 'utf8', signal})
  } catch (error) {
    if (isSystemError(error, 'ENOENT'))
      throw new ImmError('COMPOSE_INVALID', `there is no file ${name}`, {cause: error})
    if (isSystemError(error, 'EISDIR', 'EACCES'))
      throw new ImmError('COMPOSE_INVALID', `${name} can't be read`, {cause: error})
    throw error
  }
}

const withVariables = (parsed: ComposeFile, {lookup, warn}: Reading): TreeMap => {
  const problems: Problem[] = []
  const tree = mapTexts(parsed.tree, (text, at) => {
    if (!text.includes('$')) return text
    try {
      const {text: replaced, missing} = interpolate(text, lookup)
      for (const variable of missing)
        warn(`${parsed.at(at)}: ${pathName(at)}: the variable ${variable} is not set; it becomes empty`)
      return replaced
    } catch (error) {
      if (!(error instanceof InterpolationProblem)) throw error
      problems.push({path: at, message: error.message})
      return text
    }
  })
  if (problems.length > 0) throw composeInvalid(parsed, problems)
  return tree as TreeMap
}

/** One per key: a value that fits none of several shapes is one mistake. */
const inOrder = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [pathName(problem.path), problem])).values(),
]
