import type {Keeper, KeptRoutes, RestWish} from '../../proxy/keeper.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {askSession} from '../../session/ask.ts'
import {isPreviewHeld} from '../../session/preview-hold.ts'
import type {StatePaths} from '../../state/paths.ts'
import {listPreviews, readPreview, savePreview} from '../../state/previews.ts'
import {createRestLooks, type RestLooks} from './rest-looks.ts'
import {createRestTurns, type RestContext, type RestTurns} from './rest-turns.ts'

/** The rest of all environments of one proxy. */
export interface Rests extends Pick<Required<Keeper>, 'wake' | 'rest'>, Pick<RestLooks, 'soon'> {
  settled: RestTurns['settled']
  /** It is taken away: nothing is kept ready for it. */
  gone(id: EnvironmentId): void
  /** Begins nothing more by itself, until `soon`; resolves when nothing is under way. */
  pauseLooking(): Promise<void>
}

type Context = Pick<RestContext, 'log' | 'inThread' | 'mind' | 'leave'> & {proxy: KeptRoutes; paths: StatePaths}

const lingerMs = 1000

const never = new AbortController().signal

export const createRests = ({proxy, paths, log, inThread, mind, leave}: Context): Rests => {
  const warm = warmThread(inThread)

  const onChange = async (id: EnvironmentId, to: RestWish): Promise<void> => {
    warm.changed(id, to)
    const usedMs = looks.changed(id, to)
    // As it is now: somebody may have written to it since it was looked at.
    const record = await readPreview(paths.home, id)
    if (!record) return
    await savePreview(paths.home, {...record, resting: to, usedMs: Math.max(record.usedMs, usedMs)})
    const hook = to === 'asleep' ? to : to === 'awake' && record.resting === 'asleep' ? 'woken' : undefined
    // Not waited for: requests are.
    if (hook && record.hooks[hook])
      void inThread(async (thread) => thread.rest({environment: id, to: 'told', apps: [], hook})).catch(
        (error: unknown) => log(`the hook ${hook} of ${id.project}/${id.environment}: ${String(error)}`),
      )
  }
  const turns = createRestTurns({proxy, log, inThread, mind, leave, onChange})
  const looks = createRestLooks({
    proxy,
    now: Date.now,
    records: async () => listPreviews(paths.home),
    async isHeld(record) {
      const {project, environment, apps} = record
      if (await isPreviewHeld(paths.runtime, record)) return true
      const asked = apps.map(async (app) => askSession(paths.runtime, {project, environment, app}, never))
      return (await Promise.all(asked)).some((session) => session !== undefined)
    },
    weigh: async (environment) =>
      (await inThread(async (thread) => thread.rest({environment, to: 'weigh', apps: []}))).usesBytes,
    step: async ({do: what, id}, still) => {
      if (what !== 'remove') return turns.rest(id, what === 'pause' ? 'paused' : 'asleep', {hard: false, still})
      const {failure} = await inThread(async (thread) => thread.rest({environment: id, to: 'removed', apps: []}))
      if (failure) log(`could not remove ${id.project}/${id.environment}: ${failure.message}`)
      return true
    },
    log,
  })
  return {
    soon: () => looks.soon(),
    wake: (id) => void turns.wake(id),
    async rest(id, to) {
      if (to === 'awake') await turns.wake(id)
      else await turns.rest(id, to, {hard: true})
    },
    settled: async (id) => turns.settled(id),
    gone: (id) => warm.changed(id, 'awake'),
    async pauseLooking() {
      looks[Symbol.dispose]()
      await turns.allSettled()
      // A process whose thread runs does not end.
      warm.end()
    },
  }
}

/** A thread takes longer to start than what is paused takes to wake: it stays while there is any. */
const warmThread = (inThread: RestContext['inThread']) => {
  const paused = new Set<string>()
  let release: (() => void) | undefined
  return {
    end(): void {
      paused.clear()
      release?.()
      release = undefined
    },
    changed({project, environment}: EnvironmentId, to: RestWish): void {
      const key = `${project}/${environment}`
      if (to === 'paused') paused.add(key)
      else paused.delete(key)
      if (paused.size === 0) {
        // Whoever is minded then takes a moment to come to it.
        if (release) setTimeout(release, lingerMs).unref()
        release = undefined
      } else if (release === undefined) {
        const {promise, resolve} = Promise.withResolvers<void>()
        release = resolve
        void inThread(async () => promise)
      }
    },
  }
}
