import {hasEnded} from './exits.ts'
import {targetOf, type Member} from './member.ts'
import type {Outgoing, Standing} from './standing.ts'
import {isStopped, Stopped} from './stopped.ts'
import type {World} from './world.ts'

/** What a container gets between SIGTERM and SIGKILL, the default of `docker stop`. */
export const stopGraceMs = 10_000

/** Lets a release that lost the traffic finish, then keeps it warm or removes it; in the background. */
export const retire = (member: Member, standing: Standing, world: World): void => {
  const outgoing: Outgoing = {member, state: 'draining', recall: new AbortController(), settled: Promise.resolve()}
  standing.previous.unshift(outgoing)
  outgoing.settled = letGo(outgoing, standing, world)
  world.background.add(outgoing.settled)
  removeBeyondKept(standing, member.settings.keep.warm, world)
}

const letGo = async (outgoing: Outgoing, standing: Standing, world: World): Promise<void> => {
  const {member, recall} = outgoing
  const {release, settings, instance} = member
  try {
    const drained = await world.traffic.drain(targetOf(member), settings.drainMs, recall.signal)
    recall.signal.throwIfAborted()
    const now = await world.engine.instance(instance.id, AbortSignal.timeout(stopGraceMs))
    const warm = now !== undefined && !hasEnded(now) && standing.previous.indexOf(outgoing) < settings.keep.warm
    if (warm) await world.engine.pause(instance.id, AbortSignal.timeout(stopGraceMs))
    world.emit({type: 'retired', release, ...drained, warm})
    if (!warm) await removeOutgoing(outgoing, standing, world)
  } catch (error) {
    if (!isStopped(error)) throw error
  } finally {
    // Also where the engine went away meanwhile: what became of its container is looked at when it is wanted, or the engine is back.
    outgoing.state = 'warm'
  }
  removeBeyondKept(standing, settings.keep.warm, world)
}

/** Only those that are warm: one that still drains removes itself when it is done. */
const removeBeyondKept = (standing: Standing, warm: number, world: World): void => {
  for (const outgoing of standing.previous.slice(warm))
    if (outgoing.state === 'warm') world.background.add(removeOutgoing(outgoing, standing, world))
}

/** Removes and forgets a release that can't be gone back to any more. */
export const removeOutgoing = async (
  outgoing: Outgoing,
  standing: Standing,
  world: World,
  graceMs = stopGraceMs,
): Promise<void> => {
  dropOutgoing(outgoing, standing)
  await world.traffic.forget(targetOf(outgoing.member), AbortSignal.timeout(stopGraceMs))
  await remove(outgoing.member, graceMs, world)
}

const dropOutgoing = (outgoing: Outgoing, standing: Standing): void => {
  standing.previous = standing.previous.filter((other) => other !== outgoing)
}

/** Stops and removes a member's container. */
export const remove = async ({instance}: Pick<Member, 'instance'>, graceMs: number, {engine}: World): Promise<void> =>
  engine.remove(instance.id, graceMs, AbortSignal.timeout(graceMs + 20_000))

/** Takes a release back that is about to leave, whatever it is doing; resolves when nothing else happens to it. */
export const recall = async (outgoing: Outgoing, standing: Standing, by: number): Promise<Member> => {
  dropOutgoing(outgoing, standing)
  outgoing.recall.abort(new Stopped({kind: 'superseded', by}))
  await outgoing.settled.catch(() => undefined)
  return outgoing.member
}
