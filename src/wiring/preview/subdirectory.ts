import {realpath} from 'node:fs/promises'
import path from 'node:path'

import {findComposeFilesIn} from '../../compose/find.ts'
import {kindOf} from '../../config/context.ts'
import {configFileNames} from '../../config/defaults.ts'
import {ImmError} from '../../errors.ts'
import {prefixOf} from '../../source/repository/prefix.ts'
import {placeIn} from './places.ts'

/**
 * The project of a repository that a directory is in: the nearest one at or above it that has what `imm dev` asks for. Undefined: the
 * repository's root, also where there is none.
 */
export const subdirectoryOf = async (directory: string, signal: AbortSignal): Promise<string | undefined> => {
  const prefix = await prefixOf(directory, signal)
  const parts = prefix === '' ? [] : prefix.split('/')
  const root = path.resolve(await realpath(directory), ...parts.map(() => '..'))
  for (let length = parts.length; length > 0; length--) {
    const part = parts.slice(0, length)
    if (await isProject(path.join(root, ...part))) return part.join('/')
  }
  return undefined
}

const isProject = async (directory: string): Promise<boolean> => {
  for (const name of [...configFileNames, 'Dockerfile'])
    if ((await kindOf(path.join(directory, name))) === 'file') return true
  return (await findComposeFilesIn(directory)).length > 0
}

/** Where the project is in a checkout: what a commit put there leads nowhere else. PROJECT_NOT_FOUND where it does, or is not there. */
export const placeInCheckout = async (checkout: string, subdirectory: string | undefined): Promise<string> => {
  if (subdirectory === undefined) return checkout
  const place = placeIn(checkout, subdirectory)
  const [outer, inner] = await Promise.all([realpath(checkout), realpath(place).catch(() => undefined)])
  if (inner === undefined) throw notThere(`The commit has no ${subdirectory}.`)
  if (!inner.startsWith(outer + path.sep)) throw notThere(`${subdirectory} of the commit leads out of the repository.`)
  return place
}

const notThere = (message: string): ImmError =>
  new ImmError('PROJECT_NOT_FOUND', message, {
    next: 'Run `imm preview up` in the directory that the project has in that commit, or in the root.',
  })
