import type {Step} from '../../strategy/step.ts'
import {replicasOf, targetOf} from '../member.ts'
import {pauseReplica} from '../retire.ts'
import type {Run} from '../run.ts'
import {clear} from './clear.ts'
import type {Rollout} from './rollout.ts'
import {share} from './share.ts'
import {countsOf} from './situation.ts'

type Between = Exclude<Step, {do: 'start' | 'promote' | 'abort'}>

/** What a strategy does between the proof and the promotion. */
export const takeStep = async (step: Between, rollout: Rollout, at: Run, signal: AbortSignal): Promise<void> => {
  const {world} = at
  switch (step.do) {
    case 'clear':
      return clear(rollout.member?.generation ?? 0, at, signal)
    case 'mirror':
      rollout.mirror = {state: 'on', share: step.share, sinceMs: world.clock.now()}
      await share(at)
      return
    case 'report':
      rollout.mirror.state = 'over'
      await share(at)
      return report(rollout, at, signal)
    case 'shift':
      rollout.of = step.of
      return shift(step, rollout, at, signal)
    case 'rest':
      return rest(step, rollout, at, signal)
    case 'wait':
      return untilAsked(step.ms, rollout, at, signal)
    default:
      return step satisfies never
  }
}

const shift = async (
  {weight, leastMs}: {weight: number; leastMs?: number},
  rollout: Rollout,
  at: Run,
  signal: AbortSignal,
): Promise<void> => {
  const {world, standing} = at
  rollout.weight = weight
  rollout.shifts += 1
  await share(at)
  const counted = await world.traffic.counts(signal)
  rollout.before = {
    live: countsOf(standing.live?.release, counted),
    candidate: countsOf(rollout.release, counted),
  }
  rollout.sinceMs = world.clock.now()
  const {release, shifts, of} = rollout
  if (weight > 0) {
    world.emit({type: 'shifted', release, weight, step: shifts, of, ...(leastMs === undefined ? {} : {leastMs})})
  }
}

/** They get no new requests, finish what they have, and are paused: they are back at once should the candidate fail. */
const rest = async (
  {replicas, weight}: {replicas: number; weight: number},
  rollout: Rollout,
  at: Run,
  signal: AbortSignal,
): Promise<void> => {
  const {world, standing} = at
  const {live} = standing
  if (!live) return
  const going = replicasOf(live)
    .filter(({instance}) => !rollout.resting.has(instance.id))
    .slice(-replicas)
  for (const {instance} of going) rollout.resting.add(instance.id)
  await shift({weight}, rollout, at, signal)
  const toRest = going.map(async (replica) => {
    await world.traffic.drain(targetOf({...live, ...replica}), live.settings.drainMs, signal)
    await pauseReplica(replica, world)
  })
  await Promise.all(toRest)
}

const report = async ({release}: Rollout, {world}: Run, signal: AbortSignal): Promise<void> => {
  const counted = await world.traffic.counts(signal)
  const {requests = 0, differing = 0, examples = []} = counted.find((one) => one.release === release)?.mirrored ?? {}
  world.emit({type: 'mirrored', release, requests, differing, examples})
}

const untilAsked = async (ms: number, rollout: Rollout, {world}: Run, signal: AbortSignal): Promise<void> => {
  const over = new AbortController()
  const asked = new Promise<void>((resolve) => (rollout.wake = resolve))
  const slept = world.clock.sleep(ms, AbortSignal.any([signal, over.signal]))
  try {
    await Promise.race([slept, asked])
  } finally {
    over.abort()
    await slept.catch(() => undefined)
  }
}
