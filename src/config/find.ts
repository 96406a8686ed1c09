import path from 'node:path'

import {ImmError} from '../errors.ts'
import {kindOf} from './context.ts'
import {configFileNames} from './defaults.ts'
import type {ConfigFile} from './file.ts'
import {configInvalid} from './mistakes.ts'

/** Reads imm.yaml or imm.yml of a project's directory; undefined where there is none. PROJECT_NOT_FOUND for a directory that isn't one. */
export const findConfigFile = async (directory: string, signal: AbortSignal): Promise<ConfigFile | undefined> => {
  const kind = await kindOf(directory)
  if (kind !== 'directory')
    throw new ImmError(
      'PROJECT_NOT_FOUND',
      kind === 'file' ? `${directory} is a file, not a directory.` : `There is no directory ${directory}.`,
    )
  const there: string[] = []
  for (const name of configFileNames) {
    if ((await kindOf(path.join(directory, name))) === 'file') there.push(name)
  }
  const [name, other] = there
  if (name === undefined) return undefined
  if (other !== undefined)
    throw configInvalid([`${directory} has both ${name} and ${other}, and imm reads one: remove the other`])
  // Only here: zod and yaml take longer to load than all the rest of a start, and most projects have no imm.yaml.
  const {readConfigFile} = await import('./file.ts')
  return readConfigFile(path.join(directory, name), signal)
}
