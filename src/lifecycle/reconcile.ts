import {cleanUp} from './clean-up.ts'
import {hasEnded} from './exits.ts'
import type {Healing} from './heal.ts'
import {replicasOf, targetsOf, type Member, type Replica} from './member.ts'
import type {Address} from './ports.ts'
import {readdress} from './readdress.ts'
import {pauseAgain, removeOutgoing} from './retire.ts'
import type {Run} from './run.ts'

/** Compares what should run with what does: for whatever happened while nobody listened. */
export const reconcile = async (
  healing: Pick<Healing, 'replaceLive' | 'restore'>,
  at: Run,
  signal: AbortSignal,
): Promise<void> => {
  const {world, standing} = at
  const {live} = standing
  if (live) {
    const found = await look(live, at, signal)
    const failed = replicasOf(live).flatMap(({instance}, index) => {
      const now = found[index]
      return typeof now === 'string' ? [{id: instance.id, failure: failureOf[now]}] : []
    })
    for (const {id, failure} of failed) healing.replaceLive(failure, id)
    if (failed.length === 0) await correctAddresses(live, found as Replica[], healing, at, signal)
    healing.restore()
  }
  for (const outgoing of standing.previous.filter(({state}) => state === 'warm')) {
    const found = await look(outgoing.member, at, signal)
    if (!standing.previous.includes(outgoing)) continue
    if (found.includes('gone')) await removeOutgoing(outgoing, standing, world, 0)
    else if (found.some(runs)) world.background.add(pauseAgain(outgoing, standing, world, signal))
  }
  for (const work of standing.postponed.splice(0)) await cleanUp(work, at)
}

type Found = Replica | 'gone' | 'unhealthy'

const runs = (found: Found): boolean =>
  found === 'unhealthy' || (found !== 'gone' && found.instance.state === 'running')

const failureOf = {gone: 'missed', unhealthy: 'unhealthy'} as const

/** Each of a release's containers as the engine has it now. */
const look = async (member: Member, {world}: Run, signal: AbortSignal): Promise<Found[]> =>
  Promise.all(
    replicasOf(member).map(async ({instance, address}): Promise<Found> => {
      const now = await world.engine.instance(instance.id, signal)
      if (!now || hasEnded(now)) return 'gone'
      return now.health === 'unhealthy' ? 'unhealthy' : {instance: now, address: now.address ?? address}
    }),
  )

/** An engine that was started again may have given a container another address than the one that the traffic goes to. */
const correctAddresses = async (
  live: Member,
  [first, ...others]: readonly Replica[],
  healing: Pick<Healing, 'replaceLive'>,
  at: Run,
  signal: AbortSignal,
): Promise<void> => {
  const route = await at.world.traffic.state(signal)
  const now = first && {...live, ...first, others}
  if (!now || !route?.live || at.standing.live !== live) return
  const routed = new Map(route.portions.flatMap(({targets}) => targets.map((each) => [each.instance, each.address])))
  const isRight = targetsOf(now).every(({instance, address}) => isSame(routed.get(instance) ?? address, address))
  if (!isRight) await readdress(live, now, healing, at, signal)
}

const isSame = (one: Address, other: Address): boolean => one.host === other.host && one.port === other.port
