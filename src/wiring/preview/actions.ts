import type {PreviewSettings} from '../../config/previews.ts'
import type {LifecycleEvent} from '../../lifecycle/events.ts'
import type {UpEnd} from '../../preview/serve/world.ts'
import type {Ref, Repository} from '../../source/repository/ref.ts'
import type {StatePaths} from '../../state/paths.ts'
import type {PreviewRecord} from '../../state/previews.ts'

/** What serve does with previews; tests have others. */
export interface PreviewActions {
  up: (
    request: {
      repository: Repository
      ref: Ref
      settings: PreviewSettings
      paths: StatePaths
      listener: (event: LifecycleEvent) => void
    },
    signal: AbortSignal,
  ) => Promise<UpEnd>
  down: (
    record: PreviewRecord,
    world: {paths: StatePaths; listener: (event: LifecycleEvent) => void},
    signal: AbortSignal,
  ) => Promise<void>
}
