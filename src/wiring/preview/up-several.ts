import type {PreviewSettings} from '../../config/previews.ts'
import {isImmError, type ImmError} from '../../errors.ts'
import type {LifecycleEvent} from '../../lifecycle/events.ts'
import type {Ref} from '../../source/repository/ref.ts'
import {statePaths} from '../../state/paths.ts'
import {refsNamed} from './find.ts'
import {openSource} from './open-source.ts'
import {repositorySettings} from './repository-settings.ts'
import {servePlace} from './serve-place.ts'
import {upPreview, type UpResult} from './up.ts'

export interface UpOptions {
  /** a directory, or the address of a remote */
  repository: string
  /** as typed; none: what is checked out there */
  names: readonly string[]
  /** at the same time; undefined: as the settings say */
  parallel: number | undefined
  pinned: boolean | undefined
  listener: (event: LifecycleEvent) => void
  /** a name that the repository does not have, or that could not be looked for */
  onUnknown: (name: string, error: ImmError) => void
  onEnd: (ref: Ref, end: UpResult | ImmError) => void
}

/** Brings up the previews of some refs, a few at a time. What goes wrong with one is nothing to the others. */
export const upPreviews = async (
  options: UpOptions,
  signal: AbortSignal,
  {paths = statePaths(), up = upPreview} = {},
): Promise<void> => {
  const {names, listener, pinned, onUnknown, onEnd} = options
  const {repository} = await openSource(options.repository, paths, signal)
  const {refs, unknown} = await refsNamed(repository, names, options.repository, signal)
  for (const {name, error} of unknown) onUnknown(name, error)
  const settings: PreviewSettings = await repositorySettings(repository, servePlace(paths, repository).settings)(signal)
  const waiting = refs.values()
  const work = async (): Promise<void> => {
    for (const ref of waiting) {
      signal.throwIfAborted()
      try {
        onEnd(ref, await up({repository, ref, settings, paths, listener, pinned}, signal))
      } catch (error) {
        signal.throwIfAborted()
        if (!isImmError(error)) throw error
        onEnd(ref, error)
      }
    }
  }
  await Promise.all(Array.from({length: Math.min(options.parallel ?? settings.parallel, refs.length)}, work))
}
