import {trialLabelsOn} from '../../engine/docker/trial/trial.ts'
import {ImmError} from '../../errors.ts'
import type {Image} from '../../lifecycle/ports.ts'
import type {ReplaySide} from '../../parity/replay/side.ts'
import {connectProxy} from '../../proxy/client.ts'
import {imageReference, referredRelease, releaseOfReference, type ReleaseRef} from '../../release/identity.ts'
import {environmentLabels} from '../../release/labels.ts'
import type {StatePaths} from '../../state/paths.ts'
import {recordsOf} from '../../state/records.ts'
import {openEngine} from '../engine.ts'
import {findApp, findFront} from '../find-app.ts'
import {isOf} from '../status.ts'
import {launchThrowAway, type ThrowAway} from './throw-away.ts'

/** What requests can be sent to. The first two run already; of the others a container is started for as long as it takes. */
export type ReplayReference =
  | {kind: 'url'; url: string}
  | {kind: 'env'; environment: string; app: string | undefined}
  | {kind: 'image'; name: string}
  | {kind: 'release'; release: ReleaseRef; environment: string}

export interface ReplayContext {
  /** absolute */
  cwd: string
  paths: StatePaths
  onWarning: (message: string) => void
}

export type OpenReplaySide = ReplaySide & AsyncDisposable

/** A side as it can be asked; what was started for it goes when it is disposed. */
export const openReplaySide = async (
  name: string,
  reference: ReplayReference,
  context: ReplayContext,
  signal: AbortSignal,
): Promise<OpenReplaySide> => {
  switch (reference.kind) {
    case 'url':
      return running({name, origin: reference.url.replace(/\/$/, '')})
    case 'env':
      return running(await environmentSide(name, reference, context, signal))
    case 'image': {
      const {engine} = await openEngine(context.paths, signal)
      const image = await engine.image(reference.name, signal)
      if (!image)
        throw new ImmError('IMAGE_UNAVAILABLE', `${engine.facts.name} has no image ${reference.name}`, {
          next: `\`docker pull ${reference.name}\`, or \`docker load\`, then compare again.`,
        })
      return launched(
        name,
        {image: reference.name, labels: trialLabelsOn(image.labels), port: portOf(name, image)},
        context,
        signal,
      )
    }
    case 'release':
      return releaseSide(name, reference, context, signal)
  }
  return reference satisfies never
}

const running = (side: ReplaySide): OpenReplaySide => ({...side, [Symbol.asyncDispose]: async () => undefined})

const launched = async (
  name: string,
  wanted: ThrowAway,
  {paths}: ReplayContext,
  signal: AbortSignal,
): Promise<OpenReplaySide> => {
  const {engine} = await openEngine(paths, signal)
  const {address, [Symbol.asyncDispose]: dispose} = await launchThrowAway(wanted, engine, signal)
  // As the application is called inside a network of its own: a name that says nothing of this machine.
  return {name, origin: `http://localhost:${wanted.port}`, connect: address, [Symbol.asyncDispose]: dispose}
}

/** Through the proxy, as its users reach it. */
const environmentSide = async (
  name: string,
  {environment, app}: Extract<ReplayReference, {kind: 'env'}>,
  {cwd, paths}: ReplayContext,
  signal: AbortSignal,
): Promise<ReplaySide> => {
  const where = {directory: cwd, environment, flags: {}, app}
  const [id, proxy] = await Promise.all([findFront(where, paths, signal), connectProxy({paths, signal})])
  const status = await proxy?.status(signal)
  const route = status?.routes.find((one) => isOf(one, id))
  if (status === undefined || route === undefined || route.live === undefined)
    throw new ImmError('NOTHING_LIVE', `nothing runs in environment ${id.environment} of ${id.project}`)
  if (route.url === '')
    throw new ImmError('USAGE', `${id.app} of ${id.project} listens on nothing, so it can't be asked`)
  const {protocol, hostname, port, pathname} = new URL(route.url)
  // Not by HTTPS, whose certificate only this machine's stores may know.
  const at = protocol === 'https:' || port === '' ? status.port : Number(port)
  const origin = `http://${hostname}:${at}${pathname === '/' ? '' : pathname}`
  return {name, origin, connect: {host: '127.0.0.1', port: at}}
}

/** Its image, with the settings that it ran with. */
const releaseSide = async (
  name: string,
  {release: ref, environment}: Extract<ReplayReference, {kind: 'release'}>,
  context: ReplayContext,
  signal: AbortSignal,
): Promise<OpenReplaySide> => {
  const {cwd, paths, onWarning} = context
  const {engine} = await openEngine(paths, signal)
  const id = await findApp({directory: cwd, environment, flags: {}}, paths, signal, ref)
  const images = await engine.images(environmentLabels(id), signal)
  const kept = images.flatMap(({references}) => references.flatMap((each) => releaseOfReference(id, each) ?? []))
  const release = referredRelease(ref, kept)
  const image = release && images.find(({references}) => references.includes(imageReference(id, release)))
  if (!release || !image)
    throw new ImmError(
      'RELEASE_NOT_FOUND',
      `environment ${environment} of ${id.project} has no image of release ${ref}`,
    )
  const record = await recordsOf(paths.home, id).read(release, signal)
  if (record === undefined)
    onWarning(`nothing tells what ${release} was started with: it runs with its image's own settings`)
  else if (record.withheld.length > 0)
    onWarning(`${name} is started without what was not kept of its settings: ${record.withheld.join(', ')}`)
  const wanted = {
    image: imageReference(id, release),
    labels: trialLabelsOn(image.labels),
    port: record?.port || portOf(name, image),
    env: record?.settings.env,
    command: record?.settings.command,
    user: record?.settings.user,
    tmpfs: record?.settings.tmpfs,
    memoryBytes: record?.settings.resources.memoryBytes,
  }
  return launched(name, wanted, context, signal)
}

const portOf = (name: string, {exposedPorts}: Image): number => {
  const [port, ...others] = exposedPorts
  if (port !== undefined && others.length === 0) return port
  throw new ImmError(
    'PORT_UNKNOWN',
    port === undefined ? `${name} exposes no port` : `${name} exposes several ports: ${exposedPorts.join(', ')}`,
    {next: 'Start it yourself, and give its URL as the side.'},
  )
}
