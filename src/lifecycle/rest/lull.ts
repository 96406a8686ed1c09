import type {EnvironmentId} from '../../release/identity.ts'
import {sharedLabels} from '../../release/services.ts'
import type {Engine, Instance} from '../ports.ts'
import {stopGraceMs} from '../retire.ts'
import {endOrder, foundServices} from '../services/remove.ts'

/** `paused`: frozen, back at once; `asleep`: stopped, without memory of the host's. */
export type Rest = 'paused' | 'asleep'

/** Puts all containers of an environment to rest, apps before the services that they use, each of those before what it needs. */
export const lull = async (
  id: EnvironmentId,
  to: Rest,
  engine: Pick<Engine, 'instances' | 'pause' | 'halt' | 'instance'>,
  signal: AbortSignal,
): Promise<void> => {
  const one = async (instance: Instance, graceMs: number): Promise<void> => {
    if (to === 'asleep' && isAlive(instance)) return engine.halt(instance.id, graceMs, signal)
    if (to === 'paused' && instance.state === 'running') return pause(instance, engine, signal)
  }
  const apps = await engine.instances({...sharedLabels(id), 'imm.role': 'app'}, signal)
  await Promise.all(apps.map(async (app) => one(app, stopGraceMs)))
  for (const group of endOrder(await foundServices(id, engine, signal)))
    await Promise.all(group.map(async ({instance, identity}) => one(instance, identity.stopGraceMs)))
}

const isAlive = ({state}: Instance): boolean => state === 'running' || state === 'paused'

/** One that ends in the same moment rests, too. */
const pause = async (
  {id}: Instance,
  engine: Pick<Engine, 'pause' | 'instance'>,
  signal: AbortSignal,
): Promise<void> => {
  try {
    await engine.pause(id, signal)
  } catch (error) {
    const now = await engine.instance(id, signal)
    if (now && isAlive(now)) throw error
  }
}
