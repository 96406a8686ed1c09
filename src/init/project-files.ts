import {readdir, readFile, stat} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../errors.ts'

/** A project's files as detection sees them. Paths are relative to it, with `/`. */
export interface ProjectFiles {
  /** absolute */
  directory: string
  /** names of files and directories at the top */
  names: ReadonlySet<string>
  /** undefined where there is no such file or it is too large to be source */
  text(file: string, signal: AbortSignal): Promise<string | undefined>
  /** names in a directory below, sorted; empty where there is none */
  list(directory: string): Promise<string[]>
}

const largestSourceBytes = 1_000_000

/** Rejects with PROJECT_NOT_FOUND where the directory is none. */
export const openProject = async (directory: string): Promise<ProjectFiles> => {
  const names = new Set(await readdir(directory).catch((error: unknown) => Promise.reject(notFound(directory, error))))
  return {
    directory,
    names,
    async text(file, signal) {
      const at = path.join(directory, file)
      const found = await stat(at).catch(() => undefined)
      if (!found?.isFile() || found.size > largestSourceBytes) return undefined
      const content = await readFile(at, {encoding: 'utf8', signal}).catch((error: unknown) => {
        signal.throwIfAborted()
        throw new ImmError('CONTEXT_UNREADABLE', `${at} cannot be read.`, {cause: error})
      })
      return content.replace(/^\uFEFF/, '')
    },
    async list(below) {
      const found = await readdir(path.join(directory, below)).catch(() => [])
      return found.toSorted((a, b) => (a < b ? -1 : 1))
    },
  }
}

const notFound = (directory: string, cause: unknown): ImmError =>
  new ImmError('PROJECT_NOT_FOUND', `${directory} is not a directory that can be read.`, {
    next: 'Name an existing directory: `imm init DIRECTORY`.',
    cause,
  })
