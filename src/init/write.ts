import {randomUUID} from 'node:crypto'
import {lstat, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {configFileNames, dockerfileNames} from '../config/defaults.ts'
import {ImmError} from '../errors.ts'
import type {ProjectFileName} from './templates.ts'

/** What is in a project already under a name that means the same, as Containerfile does for Dockerfile. */
export const existingName = (name: ProjectFileName, names: ReadonlySet<string>): string | undefined => {
  const same: Readonly<Record<ProjectFileName, readonly string[]>> = {
    Dockerfile: dockerfileNames,
    '.dockerignore': ['.dockerignore'],
    'imm.yaml': configFileNames,
  }
  return same[name].find((other) => names.has(other))
}

/** TEMPLATE_EXISTS where something is in the way that --force must not replace either. */
export const refuseDirectories = async (directory: string, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const found = await lstat(path.join(directory, name)).catch(() => undefined)
    if (found?.isDirectory())
      throw new ImmError(
        'TEMPLATE_EXISTS',
        `${path.join(directory, name)} is a directory, and a file of that name is to be written.`,
      )
  }
}

/** Replaces a file in one step, so that a link is replaced and not followed out of the project. */
export const replaceFile = async (file: string, content: string, signal: AbortSignal): Promise<void> => {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, content, {flag: 'wx', signal})
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, {force: true})
    throw unwritable(file, error, signal)
  }
}

/** False, and nothing written, where a file came there in the meantime. */
export const createFile = async (file: string, content: string, signal: AbortSignal): Promise<boolean> => {
  try {
    await writeFile(file, content, {flag: 'wx', signal})
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw unwritable(file, error, signal)
  }
}

/** PROJECT_UNWRITABLE, or what the signal was aborted with. */
export const unwritable = (file: string, cause: unknown, signal: AbortSignal): unknown => {
  if (signal.aborted) return signal.reason
  const why = cause instanceof Error ? cause.message : String(cause)
  return new ImmError('PROJECT_UNWRITABLE', `${file} cannot be written: ${why}`, {cause})
}
