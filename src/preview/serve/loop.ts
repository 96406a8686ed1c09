import {isImmError, type ImmError} from '../../errors.ts'
import {reconcile} from '../reconcile.ts'
import {observe, type Observed} from './observe.ts'
import {isPassing, waitAfter} from './passing.ts'
import {workOn} from './work.ts'
import type {ServeWorld} from './world.ts'

// What no watch tells: previews that were taken down by hand, and file systems without times.
const lookAgainMs = 10_000

export interface LoopOptions {
  /** end once all is what git says, or can't be made so */
  once: boolean
}

/** Makes the previews what git says, until the signal; then ends what is under way before it rejects with the signal's reason. */
export const serveLoop = async (world: ServeWorld, {once}: LoopOptions, signal: AbortSignal): Promise<void> => {
  await using work = workOn(world, signal)
  const look = untilSeen(world)
  let settled = false
  for (;;) {
    // What ends while we look may be seen as it was before: it counts as under way until the next look, which comes at once.
    const before = [...work.busy]
    const observed = await look(signal)
    await forget(world, observed)
    const busy = new Map([...before, ...work.busy])
    const plan = reconcile({...observed.situation, busy, attempts: work.attemptsOn(observed)})
    for (const ref of plan.cancel) work.cancel(ref)
    for (const step of plan.start) work.begin(step, observed)
    const idle = work.busy.size === 0 && before.length === 0
    if (idle && !settled) world.emit({type: 'settled', previews: observed.records.size})
    settled = idle
    if (once && idle) return
    const {wakeAtMs} = plan
    const ms = Math.min(lookAgainMs, wakeAtMs === undefined ? lookAgainMs : Math.max(0, wakeAtMs - world.now()))
    await work.endOr(async (stop) => world.wait(ms, stop))
  }
}

/** Looks again and again where looking fails: after that it goes on from what is there then. */
const untilSeen = (world: ServeWorld) => {
  let failures = 0
  let seenOnce = false
  return async (signal: AbortSignal): Promise<Observed> => {
    for (;;) {
      try {
        const observed = await observe(world, signal)
        if (failures > 0) world.emit({type: 'warning', message: 'git and the settings can be read again'})
        failures = 0
        seenOnce = true
        return observed
      } catch (error) {
        signal.throwIfAborted()
        // At first it is for whoever started it to correct.
        if (!isImmError(error) || (!seenOnce && !isPassing(error.code))) throw error
        failures++
        if (failures === 1) world.emit({type: 'warning', code: error.code, message: messageOf(error)})
        await world.wait(Math.min(lookAgainMs, waitAfter(failures)), signal)
      }
    }
  }
}

const messageOf = ({message, next}: ImmError): string => `${message} Previews stay as they are until then. ${next}`

/** A branch that comes again after it was gone is a new one. */
const forget = async ({memory}: ServeWorld, {refs, records}: Observed): Promise<void> => {
  for (const ref of memory.brought.keys())
    if (!refs.has(ref) && !records.has(ref)) await memory.noteBrought(ref, undefined)
}
