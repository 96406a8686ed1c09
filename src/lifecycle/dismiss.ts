import {cleanUp} from './clean-up.ts'
import {targetsOf, type Member} from './member.ts'
import {drain, graceOf, remove, stopGraceMs} from './retire.ts'
import type {Standing} from './standing.ts'
import type {World} from './world.ts'

const never = new AbortController().signal

/** Lets containers finish their requests that fresh ones of the same release took over from, and removes them: they are nothing to go back to. */
export const dismiss = async (member: Member, standing: Standing, world: World): Promise<void> => {
  await cleanUp(async () => void (await drain(member, world, never)), {world, standing})
  for (const target of targetsOf(member))
    await cleanUp(async () => world.traffic.forget(target, AbortSignal.timeout(stopGraceMs)), {world, standing})
  await cleanUp(async () => remove(member, graceOf(member), world), {world, standing})
}
