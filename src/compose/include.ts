import path from 'node:path'
import {isDeepStrictEqual} from 'node:util'

import {ImmError} from '../errors.ts'
import {environmentOf} from './environment.ts'
import type {Composed} from './keys/top.ts'
import {absolute} from './paths.ts'
import type {ReadFile, Reading} from './read-file.ts'

const kinds = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'] as const

/**
 * A file with all that it includes (Compose Specification, Include): each is an application with its own directory and variables; what both
 * name must be the same. COMPOSE_INVALID otherwise.
 */
export const withIncluded = async (
  {composed: {include = [], ...own}, at, envFiles: read}: ReadFile,
  reading: Reading,
  load: (files: readonly string[], reading: Reading) => Promise<Composed>,
): Promise<Composed> => {
  let merged: Composed = own
  for (const [index, one] of include.entries()) {
    const files = one.path.map((file) => absolute(reading.base, file))
    const directory = 'project_directory' in one ? one.project_directory : undefined
    const base = directory === undefined ? path.dirname(files[0] ?? reading.base) : absolute(reading.base, directory)
    const envFiles = ('env_file' in one ? one.env_file : undefined)?.map((file) => absolute(reading.base, file))
    read.push(...(envFiles ?? [path.join(base, '.env')]))
    const outside = await environmentOf(base, envFiles ?? ['.env'], {}, envFiles !== undefined)
    const lookup = (name: string) => reading.lookup(name) ?? outside[name]
    const other = await load(files, {...reading, base, lookup})
    merged = united(merged, other, at(['include', index]))
  }
  return merged
}

const united = (own: Composed, other: Composed, place: string): Composed => {
  const merged: Record<string, unknown> = {...own}
  for (const kind of kinds) {
    const mine: Record<string, unknown> = own[kind] ?? {}
    const theirs = other[kind]
    if (!theirs) continue
    for (const [name, value] of Object.entries(theirs)) {
      const there = mine[name]
      if (there !== undefined && !isDeepStrictEqual(there, value))
        throw new ImmError('COMPOSE_INVALID', `${place}: include: ${kind}.${name} is another one than here`)
    }
    merged[kind] = {...theirs, ...mine}
  }
  return merged
}
