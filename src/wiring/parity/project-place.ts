import {stat} from 'node:fs/promises'
import path from 'node:path'

import {isImmError} from '../../errors.ts'
import type {ParityReport} from '../../parity/report/finding.ts'
import type {Rendering} from '../../parity/report/rendering.ts'
import {parseReference} from '../../parity/sides/reference.ts'

type Rooted = (file: string) => string

/** Paths as a CI wants them: from the top of the repository, which it names, and not from where imm runs. */
export const rootedIn = (cwd: string, environment: Readonly<Record<string, string | undefined>>): Rooted => {
  const root = environment['GITHUB_WORKSPACE'] ?? environment['CI_PROJECT_DIR']
  const below = root === undefined ? '' : path.relative(root, cwd)
  const prefix = below.startsWith('..') || path.isAbsolute(below) ? '' : below
  return (file) => path.posix.join(...prefix.split(path.sep), ...file.split(path.sep)).replace(/^\.\//, '')
}

/** A file of the project that a finding without a place is shown at, or else what was compared. */
export const likelyPlace = async ({a, b}: ParityReport, cwd: string, rooted: Rooted): Promise<Rendering['place']> => {
  const sides = [a.name, ...(b ? [b.name] : [])]
  const isTree = sides.some((name) => name === 'the working tree' || name.startsWith('tree:'))
  const named = sides.flatMap(filesOf)
  for (const file of [...(isTree ? ['Dockerfile', 'imm.yaml'] : []), ...named, 'Dockerfile', 'imm.yaml'])
    if (!path.isAbsolute(file) && (await isFile(path.resolve(cwd, file)))) return {path: rooted(file), isFile: true}
  return {path: a.name, isFile: false}
}

/** A side's name is its reference, but for the working tree's. */
const filesOf = (name: string): readonly string[] => {
  if (!/^(?:compose|k8s):/.test(name)) return []
  try {
    const reference = parseReference(name)
    if (reference.kind === 'compose') return reference.files
    return reference.kind === 'k8s' ? [reference.file] : []
  } catch (error) {
    // What is no reference is told as that.
    if (isImmError(error)) return []
    throw error
  }
}

const isFile = async (file: string): Promise<boolean> => {
  try {
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
