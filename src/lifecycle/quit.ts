import {environmentLabels} from '../release/labels.ts'
import type {Member} from './member.ts'
import {drain, graceOf, remove, removeStopped} from './retire.ts'
import type {Run} from './run.ts'
import {membersOf} from './standing.ts'
import {Stopped} from './stopped.ts'
import type {World} from './world.ts'

const closeTimeoutMs = 5000
const killTimeoutMs = 20_000

/** Retires everything that runs: requests under way are answered first, unless it must end at once. Images and volumes stay. */
export const quit = async ({world, standing, sandboxes, atOnce}: Run): Promise<void> => {
  const {traffic, background} = world
  const hurry = () => {
    for (const {recall} of standing.previous) recall.abort(new Stopped({kind: 'quit'}))
    background.add(killAll(world))
  }
  atOnce.addEventListener('abort', hurry, {once: true})
  if (atOnce.aborted) hurry()
  const steps = [
    // The attempt was told to end; from here on nobody else shares the traffic out.
    async () => standing.candidate?.ended.promise,
    async () => {
      const {live} = standing
      if (!live || atOnce.aborted) return
      await traffic.suspend(live.generation, AbortSignal.timeout(closeTimeoutMs))
      await drain(live, world, atOnce).catch((error: unknown) => {
        if (!atOnce.aborted) throw error
      })
    },
    async () => Promise.allSettled(standing.previous.map(({settled}) => settled)),
    async () => traffic.close(AbortSignal.timeout(closeTimeoutMs)),
    async () => sandboxes.close(),
    async () => Promise.all(standing.postponed.splice(0).map(async (work) => work())),
    async () => Promise.all(membersOf(standing).map(async (member) => removeMember(member, world))),
    async () => Promise.all(standing.stopped.map(async ({release}) => removeStopped(release, {world, standing}))),
    // Nothing is left that needs them, and they are read anew.
    async () => world.files.clear(AbortSignal.timeout(closeTimeoutMs)),
  ]
  // Each is tried whatever became of the one before: without a proxy the containers must go all the same.
  const failures: Error[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      failures.push(error as Error)
    }
  }
  const [first] = failures
  if (first) throw first
}

const removeMember = async (member: Member, world: World): Promise<void> => {
  await remove(member, graceOf(member), world)
  world.emit({type: 'removed', release: member.release, what: 'container'})
}

/** Also what is being stopped, or removed, with the time that takes. */
const killAll = async ({id, engine}: World): Promise<void> => {
  const signal = AbortSignal.timeout(killTimeoutMs)
  const all = await engine.instances(environmentLabels(id), signal)
  await Promise.all(all.map(async (instance) => engine.remove(instance.id, 0, signal)))
}
