import {access, constants, readFile, stat} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'

/** The file that a reference means; SIDE_NOT_FOUND where there is none. */
export const existing = async (cwd: string, file: string, wanted: 'file' | 'directory' = 'file'): Promise<string> => {
  const place = path.resolve(cwd, file)
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw unreadable(file, error)
  })
  if (found === undefined)
    throw new ImmError('SIDE_NOT_FOUND', `there is no ${file}`, {next: `It is looked for at ${place}.`})
  if (found.isDirectory() !== (wanted === 'directory'))
    throw new ImmError('SIDE_NOT_FOUND', `${file} is ${found.isDirectory() ? 'a' : 'no'} directory`, {
      next: `Name a ${wanted}.`,
    })
  await access(place, constants.R_OK).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  return place
}

/** The text of the file that a reference means. */
export const textOf = async (cwd: string, file: string, signal: AbortSignal): Promise<string> => {
  const place = await existing(cwd, file)
  try {
    return await readFile(place, {encoding: 'utf8', signal})
  } catch (error) {
    signal.throwIfAborted()
    throw unreadable(file, error)
  }
}

const unreadable = (file: string, cause: unknown): ImmError =>
  new ImmError('SIDE_UNREADABLE', `${file} can't be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  })
