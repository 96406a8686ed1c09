import {withoutCaches} from '../drift/caches.ts'
import {candidatesOf, wantedPaths, type Candidates} from '../drift/candidates.ts'
import type {Difference, FileDifference} from '../drift/difference.ts'
import {fileDifferences} from '../drift/files.ts'
import {glanceAt} from '../drift/glance.ts'
import {imageDifferences} from '../drift/image.ts'
import {withoutDeclared} from '../drift/not-drift.ts'
import {settingDifferences, type ImageConfig} from '../drift/settings.ts'
import {imageReference, type AppId} from '../release/identity.ts'
import {containerIdentity} from '../release/labels.ts'
import {startedWith} from '../release/started.ts'
import type {Engine, Image, InstanceChange, InstanceDetails} from './ports.ts'
import {sealOf} from './started.ts'

type Reach = {id: AppId; engine: Engine}

/** What a running container has otherwise than its image and what it was started with; undefined where it is gone, or is none of imm's. */
export const driftOf = async (
  container: string,
  reach: Reach,
  signal: AbortSignal,
): Promise<Difference[] | undefined> => {
  const of = await openComparison(container, reach, signal)
  if (!of?.image) return of?.ofImage
  const {details, image, ofImage} = of
  const [settings, files] = await Promise.all([
    settingsDrift(details, image, reach.engine, signal),
    filesDrift(details, image, reach.engine, signal),
  ])
  return [...ofImage, ...settings, ...files]
}

/** What can be told of a container without a look into it, which costs the engine a process for each path. */
export interface DriftAtAGlance {
  differences: Difference[]
  /** paths that may be other than the image's, or only touched */
  unsure: number
  /** looks at those */
  look(signal: AbortSignal): Promise<FileDifference[]>
}

/** The same as `driftOf`, but for directories that were given another mode or owner, and were written into. */
export const glanceOf = async (
  container: string,
  reach: Reach,
  signal: AbortSignal,
): Promise<DriftAtAGlance | undefined> => {
  const {engine} = reach
  const of = await openComparison(container, reach, signal)
  if (!of) return undefined
  const {details, image, ofImage} = of
  if (!image) return {differences: ofImage, unsure: 0, look: async () => []}
  const [settings, changes] = await Promise.all([
    settingsDrift(details, image, engine, signal),
    engine.changes(container, signal),
  ])
  const {differences, unsure} = glanceAt(withoutRuntimes(changes, details), changes)
  return {
    differences: [...ofImage, ...settings, ...differences],
    unsure: unsure.others.length,
    look: async (within) => compared(unsure, details, image, engine, within),
  }
}

const openComparison = async (container: string, {id, engine}: Reach, signal: AbortSignal) => {
  const details = await engine.details(container, signal)
  const identity = details && containerIdentity(details.instance.labels)
  if (!details || !identity) return undefined
  const {instance} = details
  const reference = imageReference(id, identity.release)
  const [image, named] = await Promise.all([engine.image(instance.image, signal), engine.image(reference, signal)])
  // Without the image there is nothing else to compare with.
  return {details, image, ofImage: imageDifferences({instance, image, reference, named})}
}

const settingsDrift = async (
  details: InstanceDetails,
  image: Image,
  engine: Engine,
  signal: AbortSignal,
): Promise<Difference[]> => {
  const {labels} = details.instance
  const started = startedWith(labels)
  if (!started) return []
  return settingDifferences(details, started, await configOf(image, engine, signal), sealOf(labels))
}

const configOf = async (image: Image, engine: Engine, signal: AbortSignal): Promise<ImageConfig> => {
  const {Cmd, Entrypoint, User, Volumes} = (await engine.config(image, signal)) as {
    Cmd?: readonly string[] | null
    Entrypoint?: readonly string[] | null
    User?: string
    Volumes?: Readonly<Record<string, unknown>> | null
  }
  return {
    env: image.env,
    command: Cmd ?? [],
    entrypoint: Entrypoint ?? [],
    user: User ?? '',
    volumes: Object.keys(Volumes ?? {}),
  }
}

const filesDrift = async (
  details: InstanceDetails,
  image: Image,
  engine: Engine,
  signal: AbortSignal,
): Promise<FileDifference[]> => {
  const changes = await engine.changes(details.instance.id, signal)
  return compared(candidatesOf(withoutRuntimes(changes, details)), details, image, engine, signal)
}

/** Without what was declared, and what engines and interpreters write. */
const withoutRuntimes = (changes: readonly InstanceChange[], {mounts}: InstanceDetails): InstanceChange[] =>
  withoutCaches(withoutDeclared(changes, mounts))

const compared = async (
  candidates: Candidates,
  {instance}: InstanceDetails,
  image: Image,
  engine: Engine,
  signal: AbortSignal,
): Promise<FileDifference[]> => {
  const wanted = wantedPaths(candidates)
  const [before, now] = await Promise.all([
    engine.inside({image}, wanted.image, signal),
    engine.inside({container: instance.id}, wanted.container, signal),
  ])
  return fileDifferences(candidates, before, now)
}
