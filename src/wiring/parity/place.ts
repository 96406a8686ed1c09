import {stat} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'

/** The file that a reference means; SIDE_NOT_FOUND where there is none. */
export const existing = async (cwd: string, file: string, wanted: 'file' | 'directory' = 'file'): Promise<string> => {
  const place = path.resolve(cwd, file)
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new ImmError('SIDE_UNREADABLE', `${file} can't be read: ${error.message}`, {cause: error})
  })
  if (found === undefined)
    throw new ImmError('SIDE_NOT_FOUND', `there is no ${file}`, {next: `It is looked for at ${place}.`})
  if (found.isDirectory() !== (wanted === 'directory'))
    throw new ImmError('SIDE_NOT_FOUND', `${file} is ${found.isDirectory() ? 'a' : 'no'} directory`, {
      next: `Name a ${wanted}.`,
    })
  return place
}
