import {claimEnvironment, readPreview, removePreview, savePreview} from '../../src/state/previews.ts'
import type {PreviewActions} from '../../src/wiring/preview/actions.ts'

/** Previews that are nothing but their records, as real ones have them; `calls` says what was asked for. */
export const recordedPreviews = () => {
  const calls: string[] = []
  const control = {during: async (_name: string, _signal: AbortSignal): Promise<void> => {}}
  const actions: PreviewActions = {
    async up({repository, ref, settings, paths}, signal) {
      calls.push(`up ${ref.name} ${ref.commit}`)
      const project = 'shop'
      const environment = await claimEnvironment(paths.home, project, ref)
      const before = await readPreview(paths.home, {project, environment})
      const begun = {
        ...ref,
        project,
        environment,
        repository: repository.gitDir,
        directory: `/checkouts/${environment}`,
        createdMs: before?.createdMs ?? Date.now(),
        updatedMs: Date.now(),
        pinned: before?.pinned ?? false,
        apps: [],
        ...(before?.tried ? {tried: before.tried} : {}),
        rest: {},
        resting: 'awake' as const,
        usedMs: Date.now(),
        hooks: {},
        access: settings.access,
      }
      await savePreview(paths.home, begun)
      await control.during(ref.name, signal)
      signal.throwIfAborted()
      const record = {...begun, tried: {commit: ref.commit, outcome: 'live' as const}}
      await savePreview(paths.home, record)
      return {record, url: `http://${environment}.shop.localhost:7070`, outcome: 'live'}
    },
    async down(record, {paths}) {
      calls.push(`down ${record.name}`)
      await removePreview(paths.home, record)
    },
  }
  return {actions, calls, control}
}
