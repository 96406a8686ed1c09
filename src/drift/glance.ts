import type {InstanceChange} from '../lifecycle/ports.ts'
import {candidatesOf, type Candidates} from './candidates.ts'
import type {FileDifference} from './difference.ts'
import {above} from './paths.ts'

/** What the engine's list of changes says by itself, and what only a look at the paths can tell. */
export interface Glance {
  differences: FileDifference[]
  /** reported, and maybe only touched */
  unsure: Candidates
}

/**
 * What the image does not have is a difference for certain. A directory is reported for what is in it: that it got another mode or owner as
 * well is told by a whole look alone. `all`: also those that are no drift.
 */
export const glanceAt = (changes: readonly InstanceChange[], all: readonly InstanceChange[]): Glance => {
  const {added, others} = candidatesOf(changes)
  const holding = new Set(all.flatMap(({path}) => above(path)))
  return {
    differences: added.map(({path, below}) => ({
      kind: 'added',
      path,
      node: holding.has(path) ? 'directory' : 'file',
      below,
      what: [],
    })),
    unsure: {added: [], others: others.filter(({path, kind}) => kind === 'deleted' || !holding.has(path))},
  }
}
