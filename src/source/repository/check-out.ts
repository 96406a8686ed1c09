import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'

import {checkOutTree} from './check-out-tree.ts'
import type {Repository} from './ref.ts'

/**
 * Makes a directory hold exactly a commit, as a clean clone would have it. What the directory had of another commit is changed where it differs,
 * and what is of none is removed. HEAD, index, working trees and their list stay as they are. One at a time for each directory.
 *
 * Throws CHECKOUT_FAILED; after it, or after being killed, the next one repairs what is there.
 */
export const checkOut = async (
  repository: Repository,
  commit: string,
  directory: string,
  signal: AbortSignal,
): Promise<{warnings: string[]}> => {
  const place = path.resolve(directory)
  // What lies in it is nobody else's to read; in the directory itself, every mode is as git makes it.
  await mkdir(path.dirname(place), {recursive: true, mode: 0o700})
  const memory = memoryOf(place)
  return checkOutTree({repository, gitDir: repository.gitDir, commit, directory: place, memory, prefix: ''}, signal)
}

/** Removes a directory that was checked out, and what is remembered of it. */
export const removeCheckOut = async (directory: string): Promise<void> => {
  const place = path.resolve(directory)
  await rm(place, {recursive: true, force: true})
  await rm(memoryOf(place), {recursive: true, force: true})
}

/** Beside the directory: in it, it would become part of the image. */
const memoryOf = (directory: string): string =>
  path.join(path.dirname(directory), `.${path.basename(directory)}.git-index`)
