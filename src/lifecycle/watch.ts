import type {ExitsWatch} from './exits.ts'
import type {Healing} from './heal.ts'
import type {Loop} from './loop.ts'
import {endsWith, replicasOf, type Member} from './member.ts'
import type {EngineEvent} from './ports.ts'
import {reconcile} from './reconcile.ts'
import {removeOutgoing} from './retire.ts'
import type {Run} from './run.ts'
import {Stopped} from './stopped.ts'
import {watchTroubles} from './troubles.ts'

/** Passes the source's changes to the loop; a change of settings may bring another source, which is then watched instead. */
export const watchSource = async (loop: Loop, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const {source, over} = loop.watched
    for await (const change of source.changes(AbortSignal.any([signal, over]))) loop.trigger({change})
  }
}

/** Who acts on what is seen of the engine. */
export type Watcher = Pick<Healing, 'replaceLive' | 'restore'> & {
  /** The engine is back: what it failed while away is tried again. */
  resume(): void
}

// Docker is back some two seconds after a restart; asking costs a refused connection.
const engineRetryMs = 250

/** Watches the engine: a live container that fails is replaced, and an engine that went away is waited for. */
export const watchEngine = async (watcher: Watcher, exits: ExitsWatch, at: Run, signal: AbortSignal): Promise<void> => {
  const {world} = at
  exits.subscribe((event) => notice(event, watcher, at, signal))
  let asleep = new AbortController()
  if (world.traffic.troubles) world.background.add(watchTroubles(watcher, at, signal))
  if (world.clock.wakes) world.background.add(listenToWakes(() => asleep.abort(woken), at, signal))
  for (;;) {
    asleep = new AbortController()
    const over = exits.run(AbortSignal.any([signal, asleep.signal]))
    world.background.add(reconcile(watcher, at, signal))
    const end = await over
    if (signal.aborted) return
    // A connection that slept may be dead without a word: it is made anew.
    if (end === 'stopped') continue
    world.emit({type: 'engine', state: 'lost'})
    await engineBack(at, signal)
    world.emit({type: 'engine', state: 'back'})
    watcher.resume()
  }
}

const woken = new Stopped({kind: 'woken'})

const listenToWakes = async (onWake: () => void, {world}: Run, signal: AbortSignal): Promise<void> => {
  for await (const _ of world.clock.wakes?.(signal) ?? []) onWake()
}

const notice = ({kind, id}: EngineEvent, watcher: Watcher, at: Run, signal: AbortSignal): void => {
  const {world, standing} = at
  const {live} = standing
  if (live && isOf(live, id)) {
    if (kind === 'exited') watcher.replaceLive('ended', id)
    else world.background.add(replaceUnhealthy(live, id, watcher, at, signal))
  }
  if (kind !== 'exited') return
  for (const outgoing of standing.previous)
    if (outgoing.state === 'warm' && isOf(outgoing.member, id))
      world.background.add(removeOutgoing(outgoing, standing, world, 0))
}

const isOf = (member: Member, id: string): boolean => replicasOf(member).some((replica) => endsWith(replica, id))

/** The event says that its health changed, and not to what. */
const replaceUnhealthy = async (
  live: Member,
  id: string,
  watcher: Watcher,
  {world, standing}: Run,
  signal: AbortSignal,
): Promise<void> => {
  const now = await world.engine.instance(id, signal)
  if (now?.health === 'unhealthy' && standing.live === live) watcher.replaceLive('unhealthy', id)
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
