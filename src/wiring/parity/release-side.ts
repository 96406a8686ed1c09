import {ImmError, isImmError} from '../../errors.ts'
import {placeOf} from '../../ledger/files.ts'
import {readEntries} from '../../ledger/read.ts'
import {releasesOf} from '../../ledger/releases.ts'
import type {RunSide, SideFacts} from '../../parity/facts.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import {
  imageReference,
  referredRelease,
  releaseOfReference,
  type AppId,
  type ReleaseName,
  type ReleaseRef,
} from '../../release/identity.ts'
import {containerIdentity, environmentLabels} from '../../release/labels.ts'
import {recordsOf} from '../../state/records.ts'
import {openDrift} from '../drift.ts'
import {findApp} from '../find-app.ts'
import {containerSide} from './container-side.ts'
import type {OpenContext} from './context.ts'
import {settingsRun} from './settings-run.ts'

type Side = Omit<SideFacts, 'name'>

/** What is live in an environment of the project here. NOTHING_LIVE where nothing is. */
export const environmentSide = async (
  {environment, app}: Extract<Reference, {kind: 'env'}>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Side> => {
  const where = {directory: context.cwd, environment, flags: {}, ...(app === undefined ? {} : {app})}
  const open = await openDrift(where, signal).catch((error: unknown) => {
    throw isImmError(error, 'APP_NOT_FOUND') ? withForm(error, environment) : error
  })
  const [live] = await open.running(undefined, signal)
  if (!live) throw new ImmError('NOTHING_LIVE', `nothing runs in environment ${environment}`)
  return ofContainers(open.id, live.release, live.container, context, signal)
}

/** Here an app is named in the reference, not by a flag. */
const withForm = ({code, message}: ImmError, environment: string): ImmError =>
  new ImmError(code, message, {next: `Name one of them: env:${environment}#NAME.`})

/** A release: as its containers run, or else as its record says that it ran. RELEASE_NOT_FOUND where its image is gone. */
export const releaseSide = async (
  {release: ref, environment}: Extract<Reference, {kind: 'release'}>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Side> => {
  const {cwd, paths} = context
  const engine = await context.engine(signal)
  const id = await findApp({directory: cwd, environment, flags: {}}, paths, signal, ref)
  const release = await nameOf(ref, id, context, signal)
  const [container] = await containersOf(id, release, context, signal)
  if (container !== undefined) return ofContainers(id, release, container, context, signal)
  const image = await engine.image(imageReference(id, release), signal)
  if (!image) throw new ImmError('RELEASE_NOT_FOUND', `${release} has no image any more`, {next: 'See `imm status`.'})
  const record = await recordsOf(paths.home, id).read(release, signal)
  const described = await context.image(image, signal)
  return {
    image: described.image,
    run: record && withProxy({...settingsRun(`release:${release}`, record), image: image.id}),
    gaps: record
      ? described.gaps
      : [...described.gaps, {part: 'run', reason: `nothing on this machine tells what ${release} was started with`}],
  }
}

/** All replicas of a release are started alike: one tells for all. */
const ofContainers = async (
  id: AppId,
  release: ReleaseName,
  container: string,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Side> => {
  const [side, all, record] = await Promise.all([
    containerSide({id: container}, context, signal),
    containersOf(id, release, context, signal),
    recordsOf(context.paths.home, id).read(release, signal),
  ])
  // Without a record nobody knows what was asked for.
  const asked = record && settingsRun('', record)
  const byImm = asked?.byImm ?? (['init', 'no-new-privileges', 'restart', 'hosts'] as const)
  const replicas = all.length > 1 ? {replicas: all.length} : {}
  const how = {source: `release:${release}`, byImm, ...replicas}
  return {...side, run: side.run && withProxy({...(asked ? withHostsOf(asked, side.run) : side.run), ...how})}
}

/** Its containers know the other apps of the environment by name as well, which nobody asked for. */
const withHostsOf = ({others: asked}: RunSide, {others, ...run}: RunSide): RunSide => {
  const {extra_hosts: _, ...kept} = others ?? {}
  const hosts = asked?.['extra_hosts']
  const all = {...kept, ...(hosts === undefined ? {} : {extra_hosts: hosts})}
  return Object.keys(all).length === 0 ? run : {...run, others: all}
}

/** What it publishes is with imm's proxy, which is not asked. */
const withProxy = (run: RunSide): RunSide => ({...run, byImm: [...(run.byImm ?? []), 'publishes']})

const containersOf = async (
  id: AppId,
  release: ReleaseName,
  context: OpenContext,
  signal: AbortSignal,
): Promise<string[]> => {
  const found = await (await context.engine(signal)).instances(environmentLabels(id), signal)
  return found
    .filter(({labels, state}) => {
      const identity = containerIdentity(labels)
      return identity?.role === 'app' && identity.release === release && (state === 'running' || state === 'paused')
    })
    .map((instance) => instance.id)
}

const nameOf = async (ref: ReleaseRef, id: AppId, context: OpenContext, signal: AbortSignal): Promise<ReleaseName> => {
  const entries = await readEntries(placeOf(context.paths.home, id), signal)
  const told = releasesOf(entries).map(({release}) => release)
  const images = await (await context.engine(signal)).images(environmentLabels(id), signal)
  const kept = images.flatMap(({references}) => references.flatMap((name) => releaseOfReference(id, name) ?? []))
  const known = referredRelease(ref, kept) ?? referredRelease(ref, told)
  if (known !== undefined) return known
  throw new ImmError('RELEASE_NOT_FOUND', `environment ${id.environment} of ${id.project} has no release ${ref}`, {
    next: kept.length === 0 ? 'See `imm releases`.' : `Name one of ${kept.toSorted().slice(-8).join(', ')}.`,
  })
}
