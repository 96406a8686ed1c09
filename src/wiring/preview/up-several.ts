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
  onEnd: (ref: Ref, end: UpResult | ImmError) => void
}

/** Brings up the previews of some refs, a few at a time. What goes wrong with one is nothing to the others. */
export const upPreviews = async (options: UpOptions, signal: AbortSignal): Promise<void> => {
  const {names, listener, pinned, onEnd} = options
  const paths = statePaths()
  const {repository} = await openSource(options.repository, paths, signal)
  const refs = await refsNamed(repository, names, options.repository, signal)
  const settings: PreviewSettings = await repositorySettings(repository, servePlace(paths, repository).settings)(signal)
  const waiting = refs.values()
  const work = async (): Promise<void> => {
    for (const ref of waiting) {
      signal.throwIfAborted()
      try {
        onEnd(ref, await upPreview({repository, ref, settings, paths, listener, pinned}, signal))
      } catch (error) {
        signal.throwIfAborted()
        if (!isImmError(error)) throw error
        onEnd(ref, error)
      }
    }
  }
  await Promise.all(Array.from({length: Math.min(options.parallel ?? settings.parallel, refs.length)}, work))
}
