import type {PreviewSettings} from '../../config/previews.ts'
import {checkOut} from '../../source/repository/check-out.ts'
import type {Repository} from '../../source/repository/ref.ts'
import {resolveRef} from '../../source/repository/resolve.ts'
import {placeIn} from './places.ts'
import {previewSettings} from './settings.ts'

/**
 * What a repository says of its previews: in its working tree as it is now, or else in the branch that its HEAD names. Never in the commit
 * that is brought up: who opens a pull request must not choose what runs on this machine.
 */
export const repositorySettings = (repository: Repository, place: string) => {
  let known: {commit: string; settings: PreviewSettings} | undefined
  return async (signal: AbortSignal): Promise<PreviewSettings> => {
    const {worktree, subdirectory} = repository
    if (worktree !== undefined) return previewSettings(placeIn(worktree, subdirectory), signal)
    const {commit} = await resolveRef(repository, 'HEAD', signal)
    if (known?.commit === commit) return known.settings
    await checkOut(repository, commit, place, signal)
    known = {commit, settings: await previewSettings(place, signal)}
    return known.settings
  }
}
