import path from 'node:path'

import {type Problem, problem} from '../reduced/problem.ts'
import {textOf, wholeFile} from '../reduced/reduce.ts'
import type {Named, Source} from './source.ts'

/** Large ones have one or two; read as JSON they take a multiple of it. */
const mostBytes = 16 * 1024 * 1024

const mostNames = 100_000

/** Reads all that a lock file demands out of its text. */
export const lockReduction = (name: string, parse: (text: string) => Iterable<Named> | Problem, most = mostBytes) =>
  wholeFile(name, most, (content) => {
    const found = parse(textOf(content))
    if (!(Symbol.iterator in found)) return found
    const named: Named[] = []
    for (const each of found) if (named.push(each) > mostNames) return problem(`it names more than ${mostNames}`)
    return named
  })

/** Packages bring the lock files of their own development with them, which nobody installs from. */
const ofPackage =
  /\/(?:node_modules|site-packages|dist-packages|gems|bundler|vendor|pkg\/mod)\/|^\/usr\/(?:share|lib)\//

export const lockFile = (
  file: string,
  ecosystem: Source['ecosystem'],
  reduction: NonNullable<Source['reduction']>,
): Source | undefined =>
  ofPackage.test(file) ? undefined : {ecosystem, source: 'lock', scope: path.posix.dirname(file), reduction}
