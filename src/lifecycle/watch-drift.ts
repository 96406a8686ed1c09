import {declarationOf} from '../drift/declare.ts'
import type {Difference} from '../drift/difference.ts'
import {wordsOf} from '../drift/words.ts'
import {isImmError} from '../errors.ts'
import {driftOf} from './drift.ts'
import type {Happening} from './events.ts'
import type {Loop} from './loop.ts'
import {replicasOf, type Member} from './member.ts'
import {relaunch} from './relaunch.ts'
import {strategyOf} from './rollout/strategy-of.ts'
import type {Run} from './run.ts'

/** How often the live container is compared with its image, and the longest pause where fresh ones of a release drift again and again. */
export const driftCheckMs = 30_000
const longestCheckMs = 16 * driftCheckMs

const shownDifferences = 5

/** With `immutable: replace`: a live container that drifted is replaced by a fresh one, as long as nothing newer is on its way. */
export const watchDrift = async (loop: Loop, at: Run, signal: AbortSignal): Promise<void> => {
  const {world, standing} = at
  let pauseMs = driftCheckMs
  let replaced: Member['release'] | undefined
  for (;;) {
    await loop.driftMode.untilReplace(signal)
    if (!(await passes(pauseMs, world, signal))) return
    const {live} = standing
    if (loop.driftMode.now !== 'replace' || !live || loop.underWay) continue
    // A fresh one would run beside it.
    if (strategyOf(live.settings).kind === 'recreate') continue
    const differences = await look(live, world, signal)
    if (differences.length === 0) {
      pauseMs = driftCheckMs
      continue
    }
    // One that writes by itself would be replaced for ever.
    pauseMs = replaced === live.release ? Math.min(pauseMs * 2, longestCheckMs) : driftCheckMs
    replaced = live.release
    const generation = await world.numbers.generation(signal)
    loop.whileIdle(live, async (inner) => {
      world.emit(drifted(live, differences))
      const {kind} = await relaunch({...live, generation}, 'replace', at, inner)
      if (kind === 'live' && standing.trusted === live.generation) standing.trusted = generation
    })
  }
}

/** False where imm ends meanwhile. */
const passes = async (ms: number, {clock}: Run['world'], signal: AbortSignal): Promise<boolean> => {
  try {
    await clock.sleep(ms, signal)
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

/** What can't be found out now is looked for the next time. */
const look = async (live: Member, {id, engine}: Run['world'], signal: AbortSignal): Promise<readonly Difference[]> => {
  try {
    const containers = replicasOf(live).map(({instance}) => instance.id)
    const found = await Promise.all(containers.map(async (container) => driftOf(container, {id, engine}, signal)))
    return found.flatMap((differences) => differences ?? [])
  } catch (error) {
    if (isImmError(error) || signal.aborted) return []
    throw error
  }
}

const drifted = ({release}: Member, differences: readonly Difference[]): Happening => {
  const declare = declarationOf(differences)
  return {
    type: 'drifted',
    release,
    count: differences.length,
    differences: differences.slice(0, shownDifferences).map((one) => Object.values(wordsOf(one)).join(' ')),
    next: declare
      ? `If the application needs to write there, declare it in imm.yaml: ${declare.tmpfs} or ${declare.volumes}.`
      : 'What it should have otherwise belongs into its source, its Dockerfile or imm.yaml.',
  }
}
