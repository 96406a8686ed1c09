import type {Settings} from '../../config/settings.ts'
import {ImmError, isImmError} from '../../errors.ts'
import {imageReference} from '../../release/identity.ts'
import {findKept, liveTargets} from '../find-kept.ts'
import type {Recipe} from '../launch.ts'
import {replicasOf, withReplicas, type Member, type Replica} from '../member.ts'
import {openRun} from '../open-run.ts'
import type {Target} from '../ports.ts'
import {answerWithinMs} from '../readdress.ts'
import {relaunch} from '../relaunch.ts'
import {settingsFrom} from '../restore.ts'
import {remove} from '../retire.ts'
import {share, shareTimeoutMs} from '../rollout/share.ts'
import type {Run} from '../run.ts'
import {verify} from '../verify.ts'
import type {World} from '../world.ts'

/**
 * Gives the traffic back to what had it before the app was put to rest: to its own containers once they are proved healthy, wherever they
 * are now, else to fresh ones of the same release. Keeps the generation: whoever is newer may still overtake it.
 */
export const wakeApp = async (settings: Settings, world: World, signal: AbortSignal): Promise<void> => {
  const route = await world.traffic.state(signal)
  const before = route ? liveTargets(route) : []
  const found = await findKept(settings, world, signal)
  const over = new AbortController()
  const {standing, url} = found ?? {standing: {live: undefined, previous: [], stopped: [], postponed: []}, url: ''}
  const at = await openRun(standing, url, world, AbortSignal.any([signal, over.signal]))
  const watching = at.exits.run(at.signal)
  try {
    if (standing.live && (await serves(standing.live, at, signal))) return forget(before, world)
    const recipe = standing.live ?? (await recordedRecipe(before[0], settings, world, signal))
    if (standing.live) await remove(standing.live, 0, world)
    const outcome = await relaunch(recipe, 'replace', at, signal)
    if (outcome.kind === 'rejected') throw outcome.error
    forget(before, world)
  } finally {
    over.abort()
    await watching
  }
}

/** False where its containers are not there any more, or not healthy. */
const serves = async (live: Member, at: Run, signal: AbortSignal): Promise<boolean> => {
  const {world, standing, exits} = at
  const wasPaused = live.instance.state === 'paused'
  try {
    const raised = await Promise.all(replicasOf(live).map(async (replica) => raise(replica, world, signal)))
    const now = withReplicas(
      live,
      raised.filter((replica) => replica !== undefined),
    )
    if (!now || raised.includes(undefined)) return false
    const {health} = now.settings
    await verify(now, {...health, ...(wasPaused ? {timeoutMs: answerWithinMs} : {}), upMs: 0}, exits, world, signal)
    standing.live = now
    return await share(at)
  } catch (error) {
    signal.throwIfAborted()
    if (!isImmError(error) || error.code === 'ENGINE_LOST') throw error
    return false
  }
}

const raise = async (
  {instance, address}: Replica,
  {engine}: World,
  signal: AbortSignal,
): Promise<Replica | undefined> => {
  const now = await engine.resume(instance.id, signal)
  return now && {instance: now, address: now.address ?? address}
}

/** The lanes of before: they would be previous targets for ever. */
const forget = (targets: readonly Target[], {traffic, background}: World): void => {
  for (const target of targets) background.add(traffic.forget(target, AbortSignal.timeout(shareTimeoutMs)))
}

/** Somebody removed its containers: what was recorded of the release, and its image, are left. */
const recordedRecipe = async (
  target: Target | undefined,
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<Recipe> => {
  const {id, engine, records} = world
  const image = target && (await engine.image(imageReference(id, target.release), signal))
  if (!target || !image)
    throw new ImmError('RELEASE_NOT_FOUND', `what had the traffic of ${id.app} has neither a container nor an image`)
  const {release, generation, port, address} = target
  const record = await records.read(release, signal)
  const {settings: asItWas, notes} = settingsFrom(release, settings, record, undefined, world)
  for (const message of notes) world.emit({type: 'warning', message})
  return {
    release,
    generation,
    image,
    settings: asItWas,
    settingsDigest: record?.settingsDigest ?? '',
    snapshot: {digest: image.labels['imm.snapshot'] ?? ''},
    port: record?.port ?? port ?? address.port,
  }
}
