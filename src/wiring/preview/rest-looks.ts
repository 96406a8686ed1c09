import {decideRest, type RestingPreview, type RestStep} from '../../preview/rest.ts'
import type {KeptRoutes, RestWish} from '../../proxy/keeper.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import type {PreviewRecord} from '../../state/previews.ts'
import {keyOf} from './rest-turns.ts'

export interface LookContext {
  proxy: Pick<KeptRoutes, 'activity'>
  now: () => number
  records: () => Promise<readonly PreviewRecord[]>
  /** an imm is at work there */
  isHeld: (record: PreviewRecord) => Promise<boolean>
  /** what its containers use */
  weigh: (id: EnvironmentId) => Promise<number | undefined>
  /** `still`: nobody has asked for it since it was looked at */
  step: (step: RestStep, still: () => boolean) => Promise<unknown>
  log: (text: string) => void
  /** Does it once, so much later; what it gives takes that back. A timer that keeps no process alive by default. */
  after?: ((ms: number, act: () => Promise<void>) => () => void) | undefined
}

/** Looks now and then at the previews that are awake, and has those put to rest that nobody asks for. None is looked at while it sleeps. */
export interface RestLooks extends Disposable {
  /** There may be something new to look at. */
  soon(): void
  /** Somebody asked for it, or somebody put it to rest. */
  changed(id: EnvironmentId, to: RestWish): number
  /** How it rests. */
  restOf(id: EnvironmentId): RestWish | undefined
}

const soonMs = 250
/** The last request is known to this. */
const longestLookMs = 5000
const weighEveryMs = 30_000
const longestTimerMs = 24 * 3_600_000

interface Seen {
  requests: number
  usedMs: number
}

export const createRestLooks = (context: LookContext): RestLooks => {
  const {proxy, now, records, isHeld, weigh, step, log, after = afterTime} = context
  const seen = new Map<string, Seen>()
  const rests = new Map<string, RestWish>()
  const weights = new Map<string, {bytes: number | undefined; atMs: number}>()
  let takeBack: (() => void) | undefined
  let looking = false
  let again = false

  const weightOf = async (id: EnvironmentId): Promise<number | undefined> => {
    const known = weights.get(keyOf(id))
    if (known && now() - known.atMs < weighEveryMs) return known.bytes
    const bytes = await weigh(id)
    weights.set(keyOf(id), {bytes, atMs: now()})
    return bytes
  }

  const observe = async (): Promise<{previews: RestingPreview[]; byKey: ReadonlyMap<string, PreviewRecord>}> => {
    const all = await records()
    const routes = Map.groupBy(proxy.activity(), keyOf)
    const known = all.filter((record) => routes.has(keyOf(record)))
    for (const key of seen.keys()) if (!routes.has(key)) for (const map of [seen, rests, weights]) map.delete(key)
    const weighed = new Set(known.filter(({rest}) => rest.memoryBytes !== undefined).map(({project}) => project))
    const previews = await Promise.all(
      known.map(async (record) => {
        const key = keyOf(record)
        const own = routes.get(key) ?? []
        const asleep = own.some((route) => route.asleep)
        const busy = own.some((route) => route.busy)
        const requests = own.reduce((sum, route) => sum + route.requests, 0)
        const before = seen.get(key)
        const used = before ? busy || before.requests !== requests : !asleep
        const usedMs = used ? now() : (before?.usedMs ?? record.usedMs)
        seen.set(key, {requests, usedMs})
        const how = rests.get(key) ?? record.resting
        const resting: RestingPreview['resting'] = asleep ? (how === 'paused' ? how : 'asleep') : 'awake'
        rests.set(key, resting)
        const usesBytes = weighed.has(record.project) && resting !== 'asleep' ? await weightOf(record) : undefined
        const {project, environment, pinned, updatedMs} = record
        return {...record.rest, project, environment, pinned, updatedMs, usedMs, busy, resting, usesBytes}
      }),
    )
    return {previews, byKey: new Map(known.map((record) => [keyOf(record), record]))}
  }

  /** Only who is about to be put to rest is asked for: each question is a connection. */
  const decide = async (): Promise<{steps: readonly RestStep[]; inMs: number | undefined}> => {
    const {previews, byKey} = await observe()
    const held = new Set<string>()
    for (;;) {
      const decided = decideRest(
        previews.map((one) => (held.has(keyOf(one)) ? {...one, busy: true} : one)),
        now(),
      )
      const found = await Promise.all(
        decided.steps.map(async ({id}) => {
          const record = byKey.get(keyOf(id))
          return record && (await isHeld(record)) ? [keyOf(id)] : []
        }),
      )
      if (found.flat().length === 0) return {steps: decided.steps, inMs: lookAgain(previews, decided.nextMs, now())}
      for (const key of found.flat()) held.add(key)
    }
  }

  const look = async (): Promise<void> => {
    if (looking) {
      again = true
      return
    }
    looking = true
    again = false
    try {
      const {steps, inMs} = await decide()
      for (const one of steps) {
        const {usedMs} = seen.get(keyOf(one.id)) ?? {}
        log(`${one.do} ${keyOf(one.id)}: ${words[one.why]}`)
        await step(one, () => seen.get(keyOf(one.id))?.usedMs === usedMs)
      }
      schedule(again || steps.length > 0 ? soonMs : inMs)
    } catch (error) {
      log(`bug: ${error instanceof Error ? error.stack : String(error)}`)
      schedule(longestLookMs)
    } finally {
      looking = false
    }
  }

  const schedule = (inMs: number | undefined): void => {
    takeBack?.()
    takeBack = inMs === undefined ? undefined : after(Math.min(inMs, longestTimerMs), look)
  }

  return {
    soon: () => (looking ? void (again = true) : schedule(soonMs)),
    changed(id, to) {
      const key = keyOf(id)
      const before = seen.get(key)
      rests.set(key, to)
      weights.delete(key)
      const usedMs = to === 'awake' || !before ? now() : before.usedMs
      seen.set(key, {requests: before?.requests ?? 0, usedMs})
      if (looking) again = true
      else schedule(soonMs)
      return usedMs
    },
    restOf: (id) => rests.get(keyOf(id)),
    [Symbol.dispose]: () => schedule(undefined),
  }
}

const afterTime = (ms: number, act: () => Promise<void>): (() => void) => {
  const timer = setTimeout(() => void act(), ms)
  timer.unref()
  return () => clearTimeout(timer)
}

const words: Readonly<Record<RestStep['why'], string>> = {
  idle: 'nobody asked for it',
  ttl: 'nobody asked for it for as long as it is kept',
  running: 'others are used, and no more may run',
  memory: 'others are used, and there is no more memory for them',
}

/** Who is awake is looked at often enough to know when somebody asked for it last; who is not, when something is due. */
const lookAgain = (
  previews: readonly RestingPreview[],
  nextMs: number | undefined,
  nowMs: number,
): number | undefined => {
  const times = previews
    .filter(({resting}) => resting === 'awake')
    .flatMap(({pauseMs, idleMs, ttlMs}) => [pauseMs, idleMs, ttlMs, longestLookMs * 4])
    .filter((ms) => ms !== undefined)
  const sample = times.length === 0 ? Infinity : Math.max(soonMs, Math.min(...times) / 4)
  const inMs = Math.min(sample, nextMs === undefined ? Infinity : Math.max(soonMs, nextMs - nowMs))
  return inMs === Infinity ? undefined : inMs
}
