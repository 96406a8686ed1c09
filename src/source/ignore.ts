import {hash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import path from 'node:path'

import dockerignore from '@balena/dockerignore'
import type {Ignore} from '@balena/dockerignore'

import {ImmError} from '../errors.ts'
import type {Place} from './place.ts'

/** What stays out, by paths relative to the context with `/`. */
export interface Patterns {
  ignores(file: string): boolean
  /** For an ignored directory: true where no exception (`!pattern`) can let anything below it in, so that it need not be walked. */
  prunes(directory: string): boolean
}

export interface IgnoreRules extends Patterns {
  /** the file in force, relative to the context; undefined where there is none */
  file: string | undefined
  /** sha256 of the file's text, empty without one */
  digest: string
}

/** Never part of an image: git's own data, and what imm writes. */
const alwaysOutside = /(?:^|\/)\.(?:git|imm)(?:\/|$)/

/** The ignore files that count for a Dockerfile, the one that wins first (BuildKit's rule). */
export const ignoreFiles = (dockerfile: string | undefined): readonly string[] =>
  dockerfile === undefined ? ['.dockerignore'] : [`${dockerfile}.dockerignore`, '.dockerignore']

/**
 * Reads the ignore file in force. A pattern that Docker would refuse rejects with CONFIG_INVALID naming file and line, or is left
 * out where that suffices. Rules that are `known` are not compiled again.
 */
export const readIgnoreRules = async (
  {context, dockerfile, outside = []}: Pick<Place, 'context' | 'dockerfile'> & Partial<Place>,
  malformed: 'refuse' | 'leave out',
  signal: AbortSignal,
  known?: IgnoreRules,
): Promise<IgnoreRules> => {
  for (const file of ignoreFiles(dockerfile)) {
    signal.throwIfAborted()
    const text = readText(path.join(context, file))
    if (text === undefined) continue
    const digest = hash('sha256', text)
    if (known?.file === file && known.digest === digest) return known
    // A byte order mark is no part of the first pattern.
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
    const sound = lines.filter((line, index) => isSound(line, `${file}:${index + 1}`, malformed))
    return {file, digest, ...without(outside, patterns(sound))}
  }
  return known?.file === undefined && known !== undefined
    ? known
    : {file: undefined, digest: '', ...without(outside, patterns([]))}
}

/** What is outside stays so whatever an exception says, and all that lies in it. */
const without = (outside: readonly string[], rules: Patterns): Patterns => {
  const isOutside = (file: string) => outside.some((one) => file === one || file.startsWith(`${one}/`))
  return {
    ignores: (file) => isOutside(file) || rules.ignores(file),
    prunes: (directory) => isOutside(directory) || rules.prunes(directory),
  }
}

// Not in another thread: it is small, and each save waits for it.
const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    // A directory of that name holds no patterns: Docker goes on without as well.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw new ImmError('CONTEXT_UNREADABLE', `${file} cannot be read (${code ?? 'unknown error'}).`, {
      next: `Make ${file} readable.`,
      cause: error,
    })
  }
}

/** Compiles patterns in .dockerignore syntax. */
export const patterns = (lines: readonly string[]): Patterns => {
  const matcher = compile(lines)
  const hasNone = !lines.some((line) => line.trim() !== '' && !line.startsWith('#'))
  const exceptions = lines.flatMap((line) => (line.trim().startsWith('!') ? [segmentsOf(line.trim().slice(1))] : []))
  return {
    ignores: (file) => alwaysOutside.test(file) || (!hasNone && matcher.ignores(file)),
    prunes: (directory) =>
      alwaysOutside.test(directory) || !exceptions.some((exception) => reachesInside(exception, directory.split('/'))),
  }
}

const compile = (lines: readonly string[]): Ignore => {
  // Docker tells upper from lower case; the library, unless told, does not.
  const matcher = dockerignore.default({ignorecase: false}).add(lines.map(literal))
  Reflect.set(matcher, '_cache', forgetful)
  return matcher
}

/**
 * The library remembers its answers in a plain object, where a file named `constructor` already has one, and which would hold every
 * path of a project for as long as imm runs.
 */
const forgetful = new Proxy({}, {has: () => false, set: () => true})

/** Docker compares a pattern without wildcards as text; the library would read `(`, `+` and `{` in it as a regular expression. */
const literal = (line: string): string =>
  path.sep === '\\' || line.startsWith('#') || /[*?[\\]/.test(line)
    ? line
    : line.replaceAll(/[+(){}|^\]]/g, String.raw`\$&`)

const isSound = (line: string, where: string, malformed: 'refuse' | 'leave out'): boolean => {
  try {
    compile([line]).ignores('x')
    return true
  } catch (error) {
    if (malformed === 'leave out') return false
    throw new ImmError('CONFIG_INVALID', `${where}: the pattern ${JSON.stringify(line.trim())} is malformed.`, {
      next: `Correct the pattern in ${where}; Docker refuses it as well.`,
      cause: error,
    })
  }
}

const segmentsOf = (pattern: string): readonly string[] =>
  path.normalize(pattern.trim()).replaceAll(path.sep, '/').replace(/^\//, '').replace(/\/$/, '').split('/')

/**
 * An exception as long as the directory's path or shorter can't help: it matches the directory itself or one above,
 * and the rule that ignores the directory in spite of it holds for everything inside.
 */
const reachesInside = (exception: readonly string[], directory: readonly string[]): boolean => {
  for (const [index, name] of directory.entries()) {
    const segment = exception[index]
    if (segment === undefined) return false
    if (segment.includes('**')) return true
    if (segment !== name && !(/[*?[\\]/.test(segment) && compile([segment]).ignores(name))) return false
  }
  return exception.length > directory.length
}
