import {candidatesOf, wantedPaths} from '../drift/candidates.ts'
import type {Difference, FileDifference} from '../drift/difference.ts'
import {fileDifferences} from '../drift/files.ts'
import {imageDifferences} from '../drift/image.ts'
import {withoutDeclared} from '../drift/not-drift.ts'
import {settingDifferences, type ImageConfig} from '../drift/settings.ts'
import {imageReference, type AppId} from '../release/identity.ts'
import {containerIdentity} from '../release/labels.ts'
import {startedWith} from '../release/started.ts'
import type {Engine, Image, InstanceDetails} from './ports.ts'
import {sealOf} from './started.ts'

type Reach = {id: AppId; engine: Engine}

/** What a running container has otherwise than its image and what it was started with; undefined where it is gone, or is none of imm's. */
export const driftOf = async (
  container: string,
  {id, engine}: Reach,
  signal: AbortSignal,
): Promise<Difference[] | undefined> => {
  const details = await engine.details(container, signal)
  const identity = details && containerIdentity(details.instance.labels)
  if (!details || !identity) return undefined
  const {instance} = details
  const reference = imageReference(id, identity.release)
  const [image, named] = await Promise.all([engine.image(instance.image, signal), engine.image(reference, signal)])
  const ofImage = imageDifferences({instance, image, reference, named})
  // Without the image there is nothing to compare with.
  if (!image) return ofImage
  const [settings, files] = await Promise.all([
    settingsDrift(details, image, engine, signal),
    filesDrift(details, image, engine, signal),
  ])
  return [...ofImage, ...settings, ...files]
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
  {instance, mounts}: InstanceDetails,
  image: Image,
  engine: Engine,
  signal: AbortSignal,
): Promise<FileDifference[]> => {
  const candidates = candidatesOf(withoutDeclared(await engine.changes(instance.id, signal), mounts))
  const wanted = wantedPaths(candidates)
  const [before, now] = await Promise.all([
    engine.inside({image}, wanted.image, signal),
    engine.inside({container: instance.id}, wanted.container, signal),
  ])
  return fileDifferences(candidates, before, now)
}
