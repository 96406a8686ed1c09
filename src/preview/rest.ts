import type {EnvironmentId} from '../release/identity.ts'

/** A preview, as far as its rest depends on it. */
export interface RestingPreview extends EnvironmentId {
  /** without a request, until it is paused, stopped and removed; undefined: never */
  pauseMs?: number | undefined
  idleMs?: number | undefined
  ttlMs?: number | undefined
  /** limits for the previews of its project that are not asleep, of the newest record */
  running?: number | undefined
  memoryBytes?: number | undefined
  updatedMs: number
  /** it is not removed by itself */
  pinned: boolean
  resting: 'awake' | 'paused' | 'asleep'
  /** the last request */
  usedMs: number
  /** somebody is served, or an imm is at work there: it is left as it is */
  busy: boolean
  /** what its containers use; undefined: not known */
  usesBytes?: number | undefined
}

export interface RestStep {
  do: 'pause' | 'stop' | 'remove'
  id: EnvironmentId
  /** `idle` and `ttl`: nobody asked for it for so long; `running` and `memory`: others were used later */
  why: 'idle' | 'ttl' | 'running' | 'memory'
}

/** What is to be done now, and when it is worth to look again if nobody asks for anything; undefined: not before somebody does. */
export const decideRest = (
  previews: readonly RestingPreview[],
  nowMs: number,
): {steps: readonly RestStep[]; nextMs: number | undefined} => {
  const alone = previews.flatMap((preview) => stepOf(preview, nowMs) ?? [])
  const stopped = new Set(alone.filter((step) => step.do !== 'pause').map(({id}) => keyOf(id)))
  const pressed = [...Map.groupBy(previews, ({project}) => project).values()].flatMap((project) =>
    beyond(project, stopped),
  )
  const replaced = new Set(pressed.map(({id}) => keyOf(id)))
  const steps = [...alone.filter(({id}) => !replaced.has(keyOf(id))), ...pressed]
  const changed = new Set(steps.map(({id}) => keyOf(id)))
  const later = previews.filter((preview) => !preview.busy && !changed.has(keyOf(preview))).flatMap(deadlinesOf)
  const nextMs = later.length === 0 ? undefined : Math.min(...later)
  return {steps, nextMs}
}

const keyOf = ({project, environment}: EnvironmentId): string => `${project}/${environment}`
const idOf = ({project, environment}: EnvironmentId): EnvironmentId => ({project, environment})

const stepOf = (preview: RestingPreview, nowMs: number): RestStep | undefined => {
  const {pauseMs = Infinity, idleMs = Infinity, ttlMs = Infinity, pinned, resting, usedMs, busy} = preview
  if (busy) return undefined
  const quietMs = nowMs - usedMs
  const id = idOf(preview)
  if (!pinned && quietMs >= ttlMs) return {do: 'remove', id, why: 'ttl'}
  if (resting !== 'asleep' && quietMs >= idleMs) return {do: 'stop', id, why: 'idle'}
  if (resting === 'awake' && quietMs >= pauseMs) return {do: 'pause', id, why: 'idle'}
  return undefined
}

/** When the next step of a preview is due that nobody asks for. */
const deadlinesOf = ({pauseMs, idleMs, ttlMs, pinned, resting, usedMs}: RestingPreview): number[] =>
  [
    resting === 'awake' ? pauseMs : undefined,
    resting === 'asleep' ? undefined : idleMs,
    pinned ? undefined : ttlMs,
  ].flatMap((ms) => (ms === undefined ? [] : [usedMs + ms]))

/** Of a project with more awake than it may have, those that were not used for the longest; who is busy stays. */
const beyond = (project: readonly RestingPreview[], stopped: ReadonlySet<string>): RestStep[] => {
  const [newest] = project.toSorted((one, other) => other.updatedMs - one.updatedMs)
  const {running = Infinity, memoryBytes = Infinity} = newest ?? {}
  const awake = project.filter((preview) => preview.resting !== 'asleep' && !stopped.has(keyOf(preview)))
  let left = awake.length
  let bytes = awake.reduce((sum, {usesBytes = 0}) => sum + usesBytes, 0)
  const steps: RestStep[] = []
  for (const preview of awake.filter(({busy}) => !busy).toSorted((one, other) => one.usedMs - other.usedMs)) {
    if (left <= running && bytes <= memoryBytes) break
    steps.push({do: 'stop', id: idOf(preview), why: left > running ? 'running' : 'memory'})
    left--
    bytes -= preview.usesBytes ?? 0
  }
  return steps
}
