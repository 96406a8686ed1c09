import {triedNow, type Latest} from './latest.ts'
import type {Member} from './member.ts'
import {rollback, type RolledBack, type Wanted} from './rollback.ts'
import type {Run} from './run.ts'
import type {Project} from './world.ts'

/** What a rollback needs to know of the loop, and does to it. */
export interface Around {
  /** Gives up what is being planned, built, launched or verified. */
  overtake(generation: number): void
  /** It got the traffic by hand: nothing is held to anything. */
  trust(member: Member): void
  /** Brings back what is missing of the live release. */
  restore(): void
  /** `saved`: something was saved since the rollback overtook the rest */
  now(): {project: Project; latest: Latest | undefined; saved: boolean}
}

/** Rollbacks, which pin the environment. One after the other: two at once would bring the same release up twice. */
export const rollbacks = (at: Run, around: Around): ((wanted: Wanted) => Promise<RolledBack>) => {
  const {world, pinning, sandboxes, signal} = at
  let last: Promise<unknown> = Promise.resolve()

  const begin = async (wanted: Wanted): Promise<RolledBack> => {
    const generation = await world.numbers.generation(signal)
    around.overtake(generation)
    const back = await rollback(wanted, generation, around.now().project, at, signal).finally(() => {
      around.restore()
      sandboxes.prepare()
    })
    around.trust(back.member)
    const {saved, latest} = around.now()
    // A save that came meanwhile is newer, and begins as usual; what an earlier rollback pinned no longer serves.
    if (saved) await pinning.clear(signal)
    else await pinning.set({release: back.member.release, tried: triedNow(latest)}, signal)
    return back
  }

  return async (wanted) => {
    const work = last.then(async () => begin(wanted))
    last = work.catch(() => undefined)
    // Who asked may be gone before its candidate is: quitting waits for that, and its failure is told to who asked.
    world.background.add(last)
    return work
  }
}
