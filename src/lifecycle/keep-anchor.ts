import {firstCause, isImmError} from '../errors.ts'
import {anchorReference} from '../release/identity.ts'
import {anchorOn, isDelta, nameAnchor} from './anchor.ts'
import type {Built} from './build.ts'
import {buildInFull} from './full-build.ts'
import type {Plan} from './plan.ts'
import type {Image} from './ports.ts'
import type {Run} from './run.ts'

/** Every save sends the whole layer again: past this it costs more than it saves. */
const grownBytes = 4 * 2 ** 20
const grownItems = 400

/**
 * After a build, off the hot path: a full image becomes what deltas stand on. Where a delta has grown, or an image was found that is a delta
 * itself, a full one is built aside.
 */
export const keepAnchor = async (built: Built, plan: Plan, at: Run, signal: AbortSignal): Promise<void> => {
  const {builds} = at
  try {
    if (built.how === 'full' || (built.how === 'cached' && !builds.anchor && !isDelta(built.image))) {
      const readying = ready(built.image, plan, at, signal)
      builds.readying = readying
      await readying
    } else if (built.how === 'cached' ? !builds.anchor : built.bytes > grownBytes || built.items > grownItems) {
      builds.refreshing ??= refresh(plan, at, signal).finally(() => (builds.refreshing = undefined))
      await builds.refreshing
    }
  } catch (error) {
    // Nothing depends on it: the next full build is tried again. An edit meanwhile is the ordinary reason.
    if (!signal.aborted && !isImmError(firstCause(error))) throw error
  }
}

const ready = async (image: Image, plan: Plan, {world, builds}: Run, signal: AbortSignal): Promise<void> => {
  const anchor = await anchorOn(image, plan, world.engine, signal)
  if (anchor.layout.kind === 'layout') await nameAnchor(image, world, signal)
  builds.anchor = anchor
}

const refresh = async (plan: Plan, {world, builds}: Run, signal: AbortSignal): Promise<void> => {
  const {id, engine} = world
  const next = `${anchorReference(id)}-next`
  // Left by an imm that was killed: an image that only loses its name would stay.
  await engine.untag(next, signal)
  const revision = await plan.project.revision(signal)
  const image = await buildInFull(
    plan,
    {reference: next, revision, fresh: false, onStep: () => undefined},
    world,
    signal,
  )
  const anchor = await anchorOn(image, plan, engine, signal)
  await nameAnchor(image, world, signal)
  await engine.untag(next, signal)
  builds.anchor = anchor
}
