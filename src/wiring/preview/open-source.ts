import {openMirror} from '../../source/repository/mirror.ts'
import {openRepository} from '../../source/repository/open.ts'
import type {Repository} from '../../source/repository/ref.ts'
import {isRemote} from '../../source/repository/url.ts'
import type {StatePaths} from '../../state/paths.ts'

export interface PreviewSource {
  repository: Repository
  /** a copy of a remote, which has to be fetched */
  mirrored: boolean
}

/** The repository of a directory, or a mirror of the one at an address. */
export const openSource = async (address: string, {home}: StatePaths, signal: AbortSignal): Promise<PreviewSource> =>
  isRemote(address)
    ? {repository: await openMirror(address, home, signal), mirrored: true}
    : {repository: await openRepository(address, signal), mirrored: false}
