import path from 'node:path'

import {openMirror} from '../../source/repository/mirror.ts'
import {openRepository} from '../../source/repository/open.ts'
import type {Repository} from '../../source/repository/ref.ts'
import {isRemote} from '../../source/repository/url.ts'
import type {StatePaths} from '../../state/paths.ts'
import {subdirectoryOf} from './subdirectory.ts'

export interface PreviewSource {
  repository: Repository
  /** a copy of a remote, which has to be fetched */
  mirrored: boolean
}

/** The repository of a directory, or a mirror of the one at an address. */
export const openSource = async (address: string, {home}: StatePaths, signal: AbortSignal): Promise<PreviewSource> =>
  isRemote(address)
    ? {repository: await openMirror(address, home, signal), mirrored: true}
    : {repository: await openLocal(address, signal), mirrored: false}

/** With the project of it that the directory is in. Throws NOT_A_REPOSITORY. */
export const openLocal = async (directory: string, signal: AbortSignal): Promise<Repository> => {
  const repository = await openRepository(directory, signal)
  const subdirectory = await subdirectoryOf(path.resolve(directory), signal)
  return subdirectory === undefined ? repository : {...repository, subdirectory}
}
