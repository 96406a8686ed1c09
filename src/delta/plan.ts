import type {SourceDirectory} from '../lifecycle/ports.ts'
import {isFull, type Full} from './full.ts'
import {someFile} from './sources.ts'
import type {Tail} from './tail.ts'
import {isPattern} from './view.ts'
import {planWorld, type World} from './world.ts'

/** What a delta would do, and what must be known of the images to be sure of it. */
export interface DeltaPlan {
  kind: 'delta'
  /** topmost layers of the anchor that the tail made: without them it is what the tail stands on */
  above: number
  /** paths to look up */
  needs: {
    /** in the anchor; what it says about them stays true, and most are the same for every plan of one tail */
    inAnchor: readonly string[]
    /** without the topmost `above` layers */
    below: readonly string[]
  }
  /** destinations without a slash, which a file becomes or goes into */
  open: readonly string[]
  /** for completeDelta: the plan if the given destinations are directories in the anchor */
  world: (inside: ReadonlySet<string>) => World | Full
}

/**
 * What a full build of `after` would put in the image that a full build of `before` has made (the anchor) differently. Costs as much as
 * the difference. The Dockerfile, target and arguments must be those of the tail for both.
 */
export const planDelta = (tail: Tail, before: SourceDirectory, after: SourceDirectory): DeltaPlan | Full => {
  const open = openOf(tail, [before, after])
  const worlds = new Map<string, World | Full>()
  const world = (inside: ReadonlySet<string>): World | Full => {
    const key = [...inside].toSorted().join('\n')
    const planned = worlds.get(key) ?? planWorld(tail, before, after, inside)
    worlds.set(key, planned)
    return planned
  }
  const first = world(new Set())
  const possible = [first, ...(open.length > 0 ? [world(new Set(open))] : [])]
  const sure = possible.flatMap((each) => (isFull(each) ? [] : each))
  if (sure.length === 0 && isFull(first)) return first
  const nothing = possible.every((each) => !isFull(each) && each.items.length === 0)
  return {
    kind: 'delta',
    above: tail.above,
    open: nothing ? [] : open,
    needs: {
      inAnchor: [...new Set([...(nothing ? [] : open), ...sure.flatMap(anchorNeeds)])],
      below: [...new Set(sure.flatMap(({below}) => [...below.keys()]))],
    },
    world,
  }
}

export const anchorNeeds = ({directories, solid, owners}: World): string[] => [...directories, ...solid, ...owners]

const openOf = ({steps}: Tail, trees: readonly SourceDirectory[]): string[] => [
  ...new Set(
    steps.flatMap((step) => {
      const file =
        step.kind === 'copy' &&
        !step.slash &&
        step.sources.some((source) => !isPattern(source) && trees.some((tree) => someFile(source, tree) !== undefined))
      return file && step.dest !== '/' ? step.dest : []
    }),
  ),
]
