import type {Settings} from '../config/settings.ts'
import {isImmError} from '../errors.ts'
import type {ReleaseName} from '../release/identity.ts'
import {fateOf, stoppedBeyond} from '../release/retention.ts'
import {cleanUp} from './clean-up.ts'
import {hasEnded} from './exits.ts'
import {replicasOf, targetsOf, type Member, type Replica} from './member.ts'
import type {Run} from './run.ts'
import {membersOf, type Outgoing, type Standing, type StoppedRelease} from './standing.ts'
import {isStopped, Stopped} from './stopped.ts'
import type {World} from './world.ts'

/** What a container gets between SIGTERM and SIGKILL, the default of `docker stop`. */
export const stopGraceMs = 10_000

/** The same, where the settings have a say in it. */
export const graceOf = ({settings}: Pick<Member, 'settings'>): number =>
  settings.container.options.stopGraceMs ?? stopGraceMs

// For a container with very many files.
const weighTimeoutMs = 120_000

/** Lets a release that lost the traffic finish, then keeps it warm, stops it or removes it; in the background. */
export const retire = (member: Member, standing: Standing, world: World): void => {
  const outgoing: Outgoing = {member, state: 'draining', recall: new AbortController(), settled: Promise.resolve()}
  standing.previous.unshift(outgoing)
  outgoing.settled = letGo(outgoing, standing, world)
  world.background.add(outgoing.settled)
  putAwayBeyondWarm(standing, member.settings, world)
}

const letGo = async (outgoing: Outgoing, standing: Standing, world: World): Promise<void> => {
  const {member, recall} = outgoing
  const {release, settings} = member
  try {
    const drained = await drain(member, world, recall.signal)
    recall.signal.throwIfAborted()
    const fate = fateOf(standing.previous.indexOf(outgoing), {...settings.keep, warm: keptWarm(standing, settings)})
    const warm = fate === 'pause' && (await pause(member, world))
    world.emit({type: 'retired', release, ...drained, warm, stopped: fate === 'stop'})
    if (fate === 'stop') await putAway(outgoing, standing, world)
    else if (!warm) await removeOutgoing(outgoing, standing, world)
  } catch (error) {
    if (!isStopped(error)) throw error
  } finally {
    // Also where the engine went away meanwhile: what became of its container is looked at when it is wanted, or the engine is back.
    outgoing.state = 'warm'
  }
  putAwayBeyondWarm(standing, settings, world)
}

/** Lets the requests of all its replicas end; `cut` is what they had to be cut at the deadline, taken together. */
export const drain = async (
  member: Member,
  {traffic}: World,
  signal: AbortSignal,
): Promise<{drainMs: number; cut: number}> => {
  const {drainMs} = member.settings
  const drained = await Promise.all(targetsOf(member).map(async (target) => traffic.drain(target, drainMs, signal)))
  return {
    drainMs: Math.max(...drained.map((one) => one.drainMs)),
    cut: drained.reduce((sum, {cut}) => sum + cut, 0),
  }
}

/** False where there is nothing to keep: one of its replicas has ended. */
const pause = async (member: Member, world: World): Promise<boolean> => {
  const paused = await Promise.all(replicasOf(member).map(async (replica) => pauseReplica(replica, world)))
  return !paused.includes(false)
}

/**
 * Of what should be paused and runs: its engine or its imm went away in between. It may still be finishing requests. Who recalls it meanwhile
 * waits: it must not be paused with the traffic.
 */
export const pauseAgain = async (
  outgoing: Outgoing,
  standing: Standing,
  world: World,
  signal: AbortSignal,
): Promise<void> => {
  const {member, recall} = outgoing
  const stop = AbortSignal.any([recall.signal, signal])
  outgoing.state = 'draining'
  outgoing.settled = (async () => {
    try {
      await drain(member, world, stop)
      stop.throwIfAborted()
      await pause(member, world)
    } finally {
      outgoing.state = 'warm'
    }
  })()
  await outgoing.settled
  putAwayBeyondWarm(standing, member.settings, world)
}

export const pauseReplica = async ({instance: {id}}: Replica, {engine}: World): Promise<boolean> => {
  try {
    await engine.pause(id, AbortSignal.timeout(stopGraceMs))
    return true
  } catch (error) {
    const now = await engine.instance(id, AbortSignal.timeout(stopGraceMs))
    if (now && !hasEnded(now)) throw error
    return false
  }
}

/** A release on trial has somebody to give the traffic back to, whatever is kept otherwise. */
const keptWarm = ({live, trusted}: Standing, settings: Settings): number => {
  const warm = warmOf(settings)
  return isPausable(settings) && live?.settings.guard && live.generation !== trusted ? Math.max(1, warm) : warm
}

/** How many of its releases may be paused. */
export const warmOf = (settings: Settings): number => (isPausable(settings) ? settings.keep.warm : 0)

/**
 * A worker is somewhere in its work when it is paused: its locks would be held, and what it took from a queue be lost to others, for as long as it
 * is kept. And what must not run twice is there twice while one is paused.
 */
const isPausable = ({port, overlap}: Settings): boolean => port !== 0 && overlap

/** A container that was paused runs again, with what is known of it now: an engine that was started again may have moved it. */
export const unpauseReplica = async ({instance, address}: Replica, {engine}: World): Promise<Replica> => {
  const signal = AbortSignal.timeout(stopGraceMs)
  const now = await engine.instance(instance.id, signal)
  try {
    if (now?.state === 'paused') await engine.unpause(now.id, signal)
  } catch (error) {
    // One that ended just now is noticed by whoever looks after it.
    if (!isImmError(error, 'ENGINE_REFUSED') || (await engine.instance(instance.id, signal))?.state === 'paused')
      throw error
  }
  return {instance: now ?? instance, address: now?.address ?? address}
}

/** Only those that are warm: one that still drains puts itself away when it is done. */
export const putAwayBeyondWarm = (standing: Standing, settings: Settings, world: World): void => {
  for (const outgoing of standing.previous.slice(keptWarm(standing, settings)))
    if (outgoing.state === 'warm') world.background.add(putAway(outgoing, standing, world))
}

/** Stops a release that is not kept warm any more, or removes it where none is kept stopped. */
const putAway = async (outgoing: Outgoing, standing: Standing, world: World): Promise<void> => {
  const {member} = outgoing
  const {keep} = member.settings
  if (keep.stopped === 0) return removeOutgoing(outgoing, standing, world)
  dropOutgoing(outgoing, standing)
  const at = {world, standing}
  const {release, generation, settingsDigest} = member
  const instances = replicasOf(member).map(({instance}) => instance.id)
  const stopped: StoppedRelease = {release, generation, settingsDigest, instances, bytes: 0}
  world.emit({type: 'stopped', release})
  // Before they are: who quits meanwhile must know of them.
  standing.stopped.unshift(stopped)
  await forget(member, at)
  await cleanUp(async () => {
    const graceMs = graceOf(member)
    const limit = AbortSignal.timeout(graceMs + 20_000)
    await Promise.all(instances.map(async (id) => world.engine.stop(id, graceMs, limit)))
    await weigh(stopped, world)
  }, at)
  for (const beyond of stoppedBeyond(standing.stopped, [], keep.stopped)) await removeStopped(beyond, at)
}

/** What stopped containers wrote doesn't change any more: it is added up once. */
export const weigh = async (stopped: StoppedRelease, {engine}: World): Promise<void> => {
  const limit = AbortSignal.timeout(weighTimeoutMs)
  const each = await Promise.all(stopped.instances.map(async (id) => engine.written(id, limit)))
  stopped.bytes = each.reduce((sum, bytes) => sum + bytes, 0)
}

/** Removes and forgets what is stopped of a release. */
export const removeStopped = async (
  release: ReleaseName,
  {world, standing}: Pick<Run, 'world' | 'standing'>,
): Promise<void> => {
  const going = standing.stopped.filter((one) => one.release === release)
  // One that runs again has other containers.
  const runs = membersOf(standing).some((member) => member.release === release)
  if (going.length > 0 && !runs) world.emit({type: 'removed', release, what: 'container'})
  standing.stopped = standing.stopped.filter((one) => one.release !== release)
  for (const id of going.flatMap(({instances}) => instances))
    await cleanUp(async () => world.engine.remove(id, 0, AbortSignal.timeout(stopGraceMs * 3)), {world, standing})
}

/** Removes and forgets a release that can't be gone back to any more. */
export const removeOutgoing = async (
  outgoing: Outgoing,
  standing: Standing,
  world: World,
  graceMs = graceOf(outgoing.member),
): Promise<void> => {
  dropOutgoing(outgoing, standing)
  // Said at once: a fresh container of the same release may go live before this one is gone.
  world.emit({type: 'removed', release: outgoing.member.release, what: 'container'})
  await forget(outgoing.member, {world, standing})
  await cleanUp(async () => remove(outgoing.member, graceMs, world), {world, standing})
}

/** The proxy has nothing to do with it any more. */
const forget = async (member: Member, at: Pick<Run, 'world' | 'standing'>): Promise<void> => {
  for (const target of targetsOf(member))
    await cleanUp(async () => at.world.traffic.forget(target, AbortSignal.timeout(stopGraceMs)), at)
}

const dropOutgoing = (outgoing: Outgoing, standing: Standing): void => {
  standing.previous = standing.previous.filter((other) => other !== outgoing)
}

/** Stops and removes all containers of a member. */
export const remove = async (member: Member, graceMs: number, world: World): Promise<void> => {
  await Promise.all(replicasOf(member).map(async (replica) => removeReplica(replica, graceMs, world)))
}

export const removeReplica = async ({instance}: Replica, graceMs: number, {engine}: World): Promise<void> =>
  engine.remove(instance.id, graceMs, AbortSignal.timeout(graceMs + 20_000))

/** Takes a release back that is about to leave, whatever it is doing; resolves when nothing else happens to it. */
export const recall = async (outgoing: Outgoing, standing: Standing, by: number): Promise<Member> => {
  dropOutgoing(outgoing, standing)
  outgoing.recall.abort(new Stopped({kind: 'superseded', by}))
  await outgoing.settled.catch(() => undefined)
  return outgoing.member
}
