import {cleanUp} from '../clean-up.ts'
import {targetsOf} from '../member.ts'
import {drain, graceOf, remove, removeOutgoing} from '../retire.ts'
import type {Run} from '../run.ts'
import {Stopped} from '../stopped.ts'
import {shareTimeoutMs} from './share.ts'

/** Holds all requests, lets those under way end, and stops what runs or is paused: from here on a candidate would be alone. */
export const clear = async (generation: number, at: Run, signal: AbortSignal): Promise<void> => {
  const {world, standing} = at
  const {reviving} = standing
  reviving?.over.abort(new Stopped({kind: 'superseded', by: generation}))
  await reviving?.done
  const leaving = standing.previous.map(async (outgoing) => {
    await outgoing.settled.catch(() => undefined)
    await removeOutgoing(outgoing, standing, world)
  })
  await Promise.all(leaving)
  signal.throwIfAborted()
  const {live} = standing
  if (!live || live === standing.madeRoom) return
  // What ends from here on is no death.
  standing.makingRoom = live
  await world.traffic.suspend(live.generation, AbortSignal.timeout(shareTimeoutMs))
  const drained = await drain(live, world, signal)
  await remove(live, graceOf(live), world)
  standing.madeRoom = live
  world.emit({type: 'retired', release: live.release, ...drained, warm: false, stopped: false})
  for (const target of targetsOf(live))
    await cleanUp(async () => world.traffic.forget(target, AbortSignal.timeout(shareTimeoutMs)), at)
}
