import {imageReference, type ReleaseName} from '../release/identity.ts'
import type {Anchor} from './anchor.ts'
import {makeDelta} from './delta.ts'
import {buildInFull} from './full-build.ts'
import type {KnownImages} from './known-images.ts'
import type {Full} from './layout.ts'
import type {Plan} from './plan.ts'
import type {BuildStep, Image} from './ports.ts'
import {settled} from './settled.ts'
import type {World} from './world.ts'

/** What builds of an environment leave for the next one. */
export interface Builds {
  readonly known: KnownImages
  anchor: Anchor | undefined
  /** a full image is being made ready to stand on */
  readying: Promise<void> | undefined
  /** a new anchor is being built */
  refreshing: Promise<void> | undefined
}

export type Built = {image: Image} & (
  | {how: 'cached'}
  | {how: 'delta'; bytes: number; items: number}
  | {how: 'full'; why: string | undefined}
)

/**
 * Makes the image of a plan: the one that an earlier release of the same plan left (an undone edit builds nothing), or one layer on the last
 * full image where that is certain to be the same, or all of it.
 */
export const build = async (
  plan: Plan,
  release: ReleaseName,
  fresh: boolean,
  world: World,
  builds: Builds,
  signal: AbortSignal,
): Promise<Built> => {
  const {emit, clock} = world
  const startedMs = clock.now()
  const built = await make(plan, release, fresh, world, builds, signal)
  builds.known.note(plan)
  const why = built.how === 'full' ? built.why : undefined
  emit({type: 'build', release, how: built.how, ms: Math.round(clock.now() - startedMs), why})
  return built
}

const make = async (
  plan: Plan,
  release: ReleaseName,
  fresh: boolean,
  world: World,
  builds: Builds,
  signal: AbortSignal,
): Promise<Built> => {
  const {known} = builds
  const {id, engine, emit} = world
  const reference = imageReference(id, release)
  const revised = plan.project.revision(signal)
  revised.catch(() => undefined)
  const earlier = fresh ? undefined : await known.find(plan, signal)
  if (earlier) {
    await engine.tag(earlier.id, reference, signal)
    return {how: 'cached', image: earlier}
  }
  const revision = await revised
  // Begun when the last release went live: sooner done than all of the project is built again.
  await settled(builds.readying, signal)
  const {anchor} = builds
  const delta = fresh ? asked : await makeDelta(plan, release, revision, anchor, world, signal)
  if (delta.kind === 'made') return {how: 'delta', ...delta}
  const onStep = (step: BuildStep) => emit({type: 'step', release, step})
  const image = await buildInFull(plan, {reference, revision, fresh, onStep}, world, signal)
  return {how: 'full', image, why: anchor ? delta.reason : undefined}
}

const asked: Full = {kind: 'full', reason: 'asked for'}
