import {cleanUp} from './clean-up.ts'
import {hasEnded, type ExitsWatch} from './exits.ts'
import type {Loop} from './loop.ts'
import {endsWith, replicasOf, type Member} from './member.ts'
import {removeOutgoing} from './retire.ts'
import type {Run} from './run.ts'

/** Passes the source's changes to the loop; a change of settings may bring another source, which is then watched instead. */
export const watchSource = async (loop: Loop, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const {source, over} = loop.watched
    for await (const change of source.changes(AbortSignal.any([signal, over]))) loop.trigger({change})
  }
}

// Docker is back some two seconds after a restart; asking costs a refused connection.
const engineRetryMs = 250

/** Watches the engine: a live container that ends is replaced, and an engine that went away is waited for. */
export const watchEngine = async (loop: Loop, exits: ExitsWatch, at: Run, signal: AbortSignal): Promise<void> => {
  const {world, standing} = at
  exits.subscribe(({id}) => {
    if (standing.live && replicasOf(standing.live).some((replica) => endsWith(replica, id))) loop.replaceLive()
    for (const outgoing of standing.previous)
      if (outgoing.state === 'warm' && replicasOf(outgoing.member).some((replica) => endsWith(replica, id)))
        world.background.add(removeOutgoing(outgoing, standing, world, 0))
  })
  for (;;) {
    const over = exits.run(signal)
    world.background.add(reconcile(loop, at, signal))
    if ((await over) === 'stopped') return
    world.emit({type: 'engine', state: 'lost'})
    await engineBack(at, signal)
    world.emit({type: 'engine', state: 'back'})
    loop.resume()
  }
}

const engineBack = async ({world}: Run, signal: AbortSignal): Promise<void> => {
  for (;;) {
    try {
      return void (await world.engine.instances({'imm.project': world.id.project}, signal))
    } catch {
      await world.clock.sleep(engineRetryMs, signal)
    }
  }
}

/** Compares what should run with what does: for whatever happened while nobody listened. */
const reconcile = async (loop: Loop, at: Run, signal: AbortSignal): Promise<void> => {
  const {world, standing} = at
  const {live} = standing
  const hasGone = async (member: Member) => {
    const now = await Promise.all(
      replicasOf(member).map(async ({instance}) => world.engine.instance(instance.id, signal)),
    )
    return now.some((instance) => !instance || hasEnded(instance))
  }
  if (live && (await hasGone(live))) loop.replaceLive()
  for (const outgoing of standing.previous)
    if (outgoing.state === 'warm' && (await hasGone(outgoing.member)))
      await removeOutgoing(outgoing, standing, world, 0)
  for (const work of standing.postponed.splice(0)) await cleanUp(work, at)
}
